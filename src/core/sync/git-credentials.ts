import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import type { GitSource } from '../api/git-source.ts';
import type { GitAuth } from '../ports/git/git-repository.ts';
import { copyLine } from '../secret/copy-line.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';

/** What a git host is met with: an identity, and certificates to trust instead of the system's. */
export interface GitCredentials {
  readonly auth: GitAuth;
  readonly ca: string | null;
}

/**
 * Picks the credentials of a GitSource from the keys of its Secret. They are copies that the caller wipes; the line
 * break that editors put at the end of a file is left out. Throws `MAYFLY_SYNC_CREDENTIALS_INCOMPLETE`.
 */
export function readGitCredentials(
  { type, secretName }: GitSource['auth'],
  found: ReadonlyMap<string, SecretBytes>,
): GitCredentials {
  const credentials: Credentials = { name: secretName ?? '', found };
  if (type === 'none' && secretName !== null) findKey(credentials, 'ca.crt');
  return { auth: readAuth(type, credentials), ca: readText(credentials, 'ca.crt') };
}

interface Credentials {
  readonly name: string;
  readonly found: ReadonlyMap<string, SecretBytes>;
}

function readAuth(type: GitSource['auth']['type'], credentials: Credentials): GitAuth {
  switch (type) {
    case 'basic':
      findKey(credentials, 'password');
      return {
        kind: 'basic',
        username: readLine(credentials, 'username'),
        password: readLine(credentials, 'password'),
      };
    case 'bearer':
      return { kind: 'bearer', token: readLine(credentials, 'bearerToken') };
    case 'ssh':
      return readSsh(credentials);
    default:
      return { kind: 'none' };
  }
}

function readSsh(credentials: Credentials): GitAuth {
  findKey(credentials, 'known_hosts');
  const privateKey = findKey(credentials, 'identity').copy();
  const passphrase = credentials.found.has('password') ? readLine(credentials, 'password') : null;
  return {
    kind: 'ssh',
    privateKey,
    ...(passphrase === null ? {} : { passphrase }),
    knownHosts: readText(credentials, 'known_hosts') ?? '',
  };
}

function readLine(credentials: Credentials, key: string): SecretBytes {
  return copyLine(findKey(credentials, key));
}

/** Only for what is public: certificates and host keys. */
function readText({ found }: Credentials, key: string): string | null {
  const value = found.get(key);
  return value === undefined ? null : new TextDecoder().decode(value.expose());
}

function findKey({ name, found }: Credentials, key: string): SecretBytes {
  const value = found.get(key);
  if (value === undefined) throw incomplete(name, key);
  return value;
}

function incomplete(name: string, key: string): MayflyError {
  return createError('MAYFLY_SYNC_CREDENTIALS_INCOMPLETE', { name, key });
}

/** Wipes credentials that are no longer needed. */
export function wipeAuth(auth: GitAuth): void {
  switch (auth.kind) {
    case 'basic':
      auth.username.wipe();
      auth.password.wipe();
      return;
    case 'bearer':
      auth.token.wipe();
      return;
    case 'ssh':
      auth.privateKey.wipe();
      auth.passphrase?.wipe();
      return;
    case 'none':
  }
}
