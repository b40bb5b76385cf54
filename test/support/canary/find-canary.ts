/** A value that must show up nowhere: with characters that JSON, URLs and shells write in another way. */
export const canary = 'cAnArY"7f3a/9c51+Zq';

/** Every form in which a value may leave: plain, escaped, URL-encoded, hex, and base64 at each alignment. */
export const canaryForms: ReadonlyMap<string, string> = new Map([
  ['plain', canary],
  ['JSON', JSON.stringify(canary).slice(1, -1)],
  ['JSON in JSON', JSON.stringify(JSON.stringify(canary)).slice(3, -3)],
  ['URL', encodeURIComponent(canary)],
  ['URL of a form', new URLSearchParams([['', canary]]).toString().slice(1)],
  ['hex', Buffer.from(canary).toString('hex')],
  ['upper-case hex', Buffer.from(canary).toString('hex').toUpperCase()],
  ...[0, 1, 2].flatMap((shift) => {
    const aligned = encodeShifted(shift);
    return [
      [`base64, shifted by ${shift}`, aligned],
      [`base64url, shifted by ${shift}`, aligned.replaceAll('+', '-').replaceAll('/', '_')],
    ] as const;
  }),
]);

/** The characters of base64 that depend on the value alone, when so many bytes stand before it. */
function encodeShifted(shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(canary)]);
  const whole = Math.floor(bytes.length / 3) * 3;
  return bytes.subarray(shift === 0 ? 0 : 3, whole).toString('base64');
}

/** The forms of the canary that a text holds. */
export function findCanary(text: string): readonly string[] {
  return [...canaryForms].filter(([, form]) => text.includes(form)).map(([name]) => name);
}
