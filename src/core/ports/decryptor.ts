import type { SecretNode } from '../secret/secret-tree.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';

/** The formats a file can have, as SOPS names them. */
export type FileFormat = 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary';

/** One key file given for decryption, for example an age identity file. */
export interface KeyMaterial {
  /** How messages name it: `NAME/KEY` or a path; never its content. */
  readonly name: string;
  readonly bytes: SecretBytes;
}

export interface DecryptedFile {
  readonly format: FileFormat;
  /** One tree per YAML document; exactly one for the other formats. A binary file is one `bytes` value. */
  readonly documents: readonly SecretNode[];
  /** When the file says it was last written (`lastmodified`), ms since the epoch. */
  readonly lastModified: number;
  /** Wipes every plaintext of the file. */
  wipe(): void;
}

export interface EncryptedFile {
  /** The repository path, for messages and for telling the format. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Overrides the format that the path tells. */
  readonly format?: FileFormat;
}

/**
 * Opens one encrypted file. Resolves only when its integrity is proven and never returns part of it.
 * Returns null when the file is not in this format at all; throws `corrupt` when it is but does not verify,
 * `denied` when no key opens it, `exceeded` when it is over a limit.
 */
export interface Decryptor {
  readonly id: string;
  decrypt(
    file: EncryptedFile,
    keys: readonly KeyMaterial[],
    signal: AbortSignal,
  ): Promise<DecryptedFile | null>;
}
