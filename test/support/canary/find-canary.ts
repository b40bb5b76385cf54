/** A value that must show up nowhere: with characters that JSON, URLs and shells write in another way. */
export const canary = 'cAnArY"7f3a/9c51+Zq';

/** Every form in which a value may leave: plain, escaped, URL-encoded, hex, and base64 at each alignment. */
export function renderForms(value: string): ReadonlyMap<string, string> {
  const hex = Buffer.from(value).toString('hex');
  const escapes = Array.from(value, (char) => char.charCodeAt(0).toString(16).padStart(4, '0'));
  return new Map([
    ['plain', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['JSON of escapes', escapes.map((code) => `\\u${code}`).join('')],
    ['JSON in JSON', JSON.stringify(JSON.stringify(value)).slice(3, -3)],
    ['URL', encodeURIComponent(value)],
    ['URL of escapes', hex.replace(/../gu, '%$&')],
    ['URL of a form', new URLSearchParams([['', value]]).toString().slice(1)],
    ['hex', hex],
    ['upper-case hex', hex.toUpperCase()],
    ...[0, 1, 2].flatMap((shift) => {
      const aligned = encodeShifted(value, shift);
      return [
        [`base64, shifted by ${shift}`, aligned],
        [`base64url, shifted by ${shift}`, aligned.replaceAll('+', '-').replaceAll('/', '_')],
      ] as const;
    }),
  ]);
}

export const canaryForms = renderForms(canary);

/** The characters of base64 that the value alone decides, when so many bytes stand before it. */
function encodeShifted(value: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]);
  const [first, end] = [shift, bytes.length].map((count) => (count * 8) / 6);
  return bytes.toString('base64').slice(Math.ceil(first ?? 0), Math.floor(end ?? 0));
}

/** The forms of the canary, or of another value, that a text holds. */
export function findCanary(text: string, value = canary): readonly string[] {
  const forms = value === canary ? canaryForms : renderForms(value);
  return [...forms].filter(([, form]) => text.includes(form)).map(([name]) => name);
}
