import type { SecretBytes } from '../secret/secret-bytes.ts';

/** A private key of an ssh user. */
export interface SshKey {
  readonly privateKey: SecretBytes;
  readonly passphrase?: SecretBytes;
  /** Where it is used; for messages. */
  readonly host: string;
}

/** An ssh agent of our own that offers one key for one connection; the key never leaves the process. */
export interface SshAgent {
  /**
   * Listens on a unix socket until closed. Throws `MAYFLY_GIT_SSH_KEY_INVALID` when the key cannot be read or
   * its passphrase does not open it.
   */
  listen(key: SshKey, socketPath: string): Promise<{ close(): Promise<void> }>;
}
