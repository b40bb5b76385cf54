import { SecretBytes } from './secret-bytes.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** A copy without the line break that editors put at the end of a file. The caller wipes both. */
export function copyLine(secret: SecretBytes): SecretBytes {
  const bytes = secret.expose();
  let end = bytes.length;
  if (bytes[end - 1] === lineFeed) end -= 1;
  if (bytes[end - 1] === carriageReturn) end -= 1;
  return SecretBytes.copyOf(bytes.subarray(0, end));
}
