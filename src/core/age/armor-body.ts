export const armorBegin = '-----BEGIN AGE ENCRYPTED FILE-----';
const armorEnd = '-----END AGE ENCRYPTED FILE-----';
const columns = 64;

/**
 * The base64 inside an ASCII-armored age file ({@link https://age-encryption.org/v1}); white space around the armor
 * and CRLF are taken. Null when the lines are not exactly as age writes them.
 */
export function readArmor(text: string): string | null {
  const lines = text.trim().replaceAll('\r\n', '\n').split('\n');
  if (lines.length < 3 || lines[0] !== armorBegin || lines.at(-1) !== armorEnd) return null;
  const body = lines.slice(1, -1);
  const isFull = body.every((line, index) => index === body.length - 1 || line.length === columns);
  return isFull && (body.at(-1)?.length ?? 0) <= columns ? body.join('') : null;
}
