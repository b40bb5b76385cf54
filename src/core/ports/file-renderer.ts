import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { DecryptedFile } from './decryptor.ts';

/**
 * Writes a decrypted file out again in its own format, as `decrypt` prints it: the whole file becomes one value.
 * The caller wipes it.
 */
export type FileRenderer = (file: DecryptedFile) => SecretBytes;
