import { createError } from '#core/errors/mayfly-error.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { openIdentity } from '../compose.ts';
import type { Terminal } from '../frame/terminal.ts';
import { askPassphrase } from './ask-passphrase.ts';

const maxIdentityBytes = 128 * 1024;

/**
 * Reads the identity files of `--identity`, or of MAYFLY_IDENTITY when there is none; asks for passphrases. No other
 * place is searched. Throws `invalid` when neither names a file.
 */
export async function readIdentities(
  terminal: Terminal,
  named: readonly string[] = [],
): Promise<KeyMaterial[]> {
  const ambient = terminal.env['MAYFLY_IDENTITY'] ?? '';
  const paths = named.length > 0 || ambient === '' ? named : [ambient];
  if (paths.length === 0) throw createError('MAYFLY_CLI_NO_IDENTITY', {});
  const keys: KeyMaterial[] = [];
  for (const path of paths) {
    const bytes = SecretBytes.take(await readFileBounded(path, maxIdentityBytes));
    keys.push(await openIdentity({ name: path, bytes }, (file) => askPassphrase(terminal, file)));
  }
  return keys;
}
