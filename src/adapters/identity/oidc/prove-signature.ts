import { compactVerify, errors, type CompactVerifyGetKey } from 'jose';

/** What a set of keys says of a signature. */
export type Proof = 'proven' | 'wrong' | 'no-key';

/**
 * Whether a key that fits the header of the token made its signature. Where several fit, as when two have the same `kid`,
 * each is tried.
 */
export async function proveSignature(
  token: Uint8Array,
  choose: CompactVerifyGetKey,
  algorithms: readonly string[],
): Promise<Proof> {
  const options = { algorithms: [...algorithms] };
  try {
    await compactVerify(token, choose, options);
    return 'proven';
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return 'no-key';
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return 'wrong';
    for await (const key of error) {
      if ((await proveSignature(token, () => key, algorithms)) === 'proven') return 'proven';
    }
    return 'wrong';
  }
}
