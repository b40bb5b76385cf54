import { createError } from '../../errors/mayfly-error.ts';

/** A checked address of a repository. Rendered anew, so that what was checked is what is dialled. */
export interface GitUrl {
  readonly scheme: 'https' | 'ssh';
  /** Lower case; an IP address in its canonical form, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** The ssh user; null for https. */
  readonly user: string | null;
  readonly href: string;
}

const printable = /^[\x21-\x7e]{1,2048}$/u;
const plainPath = /^\/(?:[^%]|%(?![01][0-9a-f]|7f))+$/iu;
const hostName = /^[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?$/u;
const ipv6 = /^\[[0-9a-f:.]{2,45}\]$/u;
const sshUser = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/u;
const defaultPorts = { https: 443, ssh: 22 } as const;

/**
 * Reads a repository URL: `https://HOST[:PORT]/PATH` or `ssh://USER@HOST[:PORT]/PATH`. Refuses, as `invalid`,
 * every other scheme, scp-like and local forms, credentials, queries, fragments and control characters.
 */
export function parseGitUrl(text: string): GitUrl {
  const url = printable.test(text) && !text.includes('\\') ? URL.parse(text) : null;
  if (url === null) throw createError('MAYFLY_GIT_URL_SYNTAX', {});
  const scheme = parseScheme(url.protocol);
  const host = parseHost(url.hostname);
  if (!isPlainPath(url)) throw createError('MAYFLY_GIT_URL_SYNTAX', {});
  const user = parseUser(url, scheme);
  const port = url.port === '' ? defaultPorts[scheme] : Number(url.port);
  const shownPort = port === defaultPorts[scheme] ? '' : `:${port}`;
  const shownUser = user === null ? '' : `${user}@`;
  return {
    scheme,
    host: host.replace(/^\[|\]$/gu, ''),
    port,
    user,
    href: `${scheme}://${shownUser}${host}${shownPort}${url.pathname}`,
  };
}

function parseScheme(protocol: string): 'https' | 'ssh' {
  if (protocol === 'https:') return 'https';
  if (protocol === 'ssh:') return 'ssh';
  throw createError('MAYFLY_GIT_URL_SCHEME', {});
}

/** Hosts of https URLs come normalised; those of ssh do not, so both take the way of https. */
function parseHost(hostname: string): string {
  const host = URL.parse(`https://${hostname}/`)?.hostname.replace(/\.$/u, '') ?? '';
  if (!hostName.test(host) && !ipv6.test(host)) throw createError('MAYFLY_GIT_URL_SYNTAX', {});
  return host;
}

function isPlainPath(url: URL): boolean {
  return plainPath.test(url.pathname) && !url.href.includes('?') && !url.href.includes('#');
}

function parseUser(url: URL, scheme: 'https' | 'ssh'): string | null {
  const carriesSecret = url.password !== '' || (scheme === 'https' && url.username !== '');
  if (carriesSecret) throw createError('MAYFLY_GIT_URL_CREDENTIALS', { host: url.hostname });
  if (scheme === 'https') return null;
  if (!sshUser.test(url.username)) throw createError('MAYFLY_GIT_URL_SYNTAX', {});
  return url.username;
}
