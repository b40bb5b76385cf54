import { readArmor } from '#core/age/armor-body.ts';

/** The bytes inside an ASCII-armored age file, or null when the armor is not exactly as age writes it. */
export function parseArmor(text: string): Buffer | null {
  const body = readArmor(text);
  return body === null ? null : parseBase64(body);
}

/** Decodes padded base64; null unless it is canonical, so that no two texts mean the same bytes. */
function parseBase64(text: string): Buffer | null {
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
