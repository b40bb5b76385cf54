const begin = '-----BEGIN AGE ENCRYPTED FILE-----';
const end = '-----END AGE ENCRYPTED FILE-----';
const columns = 64;

export function isArmored(text: string): boolean {
  return text.startsWith(begin);
}

/** The bytes inside an ASCII-armored age file, or null when the armor is not exactly as age writes it. */
export function parseArmor(text: string): Buffer | null {
  const lines = text.trim().replaceAll('\r\n', '\n').split('\n');
  if (lines.length < 3 || lines[0] !== begin || lines.at(-1) !== end) return null;
  const body = lines.slice(1, -1);
  const isFull = body.every((line, index) => index === body.length - 1 || line.length === columns);
  if (!isFull || (body.at(-1)?.length ?? 0) > columns) return null;
  return parseBase64(body.join(''));
}

/** Decodes padded base64; null unless it is canonical, so that no two texts mean the same bytes. */
export function parseBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Decodes base64 without padding, as age headers write it; null unless it is canonical. */
export function parseRawBase64(text: string): Buffer | null {
  return text.includes('=') ? null : parseBase64(text + '='.repeat((4 - (text.length % 4)) % 4));
}

/** Writes base64 without padding. */
export function renderRawBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/u, '');
}
