import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { SelectionRule } from '../sops/selection.ts';
import type { EncryptedFile, FileFormat, KeyMaterial } from './decryptor.ts';

export interface PlainFile {
  /** For messages and for telling the format. */
  readonly path: string;
  readonly bytes: SecretBytes;
  /** Overrides the format that the path tells. */
  readonly format?: FileFormat;
}

/** The encrypted file that is being replaced: what did not change keeps its ciphertext, data key and recipients. */
export interface PreviousVersion {
  readonly file: EncryptedFile;
  /** Identities, one of which has to open it. */
  readonly keys: readonly KeyMaterial[];
}

export interface EncryptOptions {
  /** For whom; with a previous version, none means its recipients. */
  readonly recipients: readonly string[];
  /** Which leaves; absent means as the previous version, else the default of the format. */
  readonly rule?: SelectionRule | undefined;
  /** Whether the MAC leaves plain values out; absent means as the previous version, else no. */
  readonly macOnlyEncrypted?: boolean | undefined;
  readonly previous?: PreviousVersion | undefined;
}

/**
 * Encrypts one file. Throws `invalid` when the file is encrypted already, cannot be encrypted, or a recipient is
 * none, and for a previous version what a `Decryptor` throws.
 */
export interface Encryptor {
  readonly id: string;
  encrypt(file: PlainFile, options: EncryptOptions, signal: AbortSignal): Promise<Uint8Array>;
}
