/**
 * Into memory of its own, which nobody else's bytes share: it may be wiped, or taken over as a secret. What is no base64
 * is passed over.
 */
export function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.alloc(Buffer.byteLength(text, 'base64'));
  return bytes.subarray(0, bytes.write(text, 'base64'));
}
