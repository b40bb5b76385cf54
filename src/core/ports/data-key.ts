import type { KeyMaterial } from './decryptor.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';

/** One wrapped copy of a data key (or of one Shamir share of it) as a file carries it. */
export interface WrappedKey {
  /** Which key service wrapped it: `age`, `pgp`, `kms`, … */
  readonly kind: string;
  /** The recipient, fingerprint or key name it was wrapped for; shown in messages. */
  readonly recipient: string;
  /** The wrapped bytes as written in the file (for age: the ASCII-armored file). */
  readonly wrapped: string;
}

/** Unwraps data keys of one kind. */
export interface DataKeyUnwrapper {
  readonly kind: string;
  /**
   * Returns the data key, or null when none of the given keys opens this copy. Throws `corrupt` when the
   * wrapped copy is malformed and `invalid` when a key file is.
   */
  unwrap(
    wrapped: WrappedKey,
    keys: readonly KeyMaterial[],
    signal: AbortSignal,
  ): Promise<SecretBytes | null>;
}

/** Wraps a data key for one recipient; throws `invalid` when the recipient cannot be parsed. */
export interface DataKeyWrapper {
  readonly kind: string;
  wrap(dataKey: SecretBytes, recipient: string): Promise<string>;
}
