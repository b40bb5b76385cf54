import { parsePathGlobs, type PathMatcher } from '../path-glob.ts';
import { parseGitUrl, type GitUrl } from './git-url.ts';

/** A family of repository addresses that an administrator allows. */
export interface UrlPattern {
  readonly scheme: GitUrl['scheme'];
  /** A host, or `*.` and the end of host names. */
  readonly host: string;
  readonly port: number;
  /** The ssh user; null allows every one. */
  readonly user: string | null;
  readonly matchPath: PathMatcher;
}

const shape = /^(https|ssh):\/\/([^@/]{1,64}@)?(\*\.)?([^@/?#*]{1,300})\/([^%?#]{0,1500})$/u;

/**
 * Reads a pattern: `https://HOST[:PORT]/PATH` or `ssh://[USER@]HOST[:PORT]/PATH`, where HOST may begin with `*.` and PATH
 * is a path pattern by segments (`*` and `?` within one, `**` for any number, a final `/` for all below) in which
 * nothing is percent-encoded. Null for text that is none: the rules are those of {@link parseGitUrl}.
 */
export function parseUrlPattern(text: string): UrlPattern | null {
  const parts = split(text);
  if (parts === null) return null;
  const { scheme, user, isWild, authority } = parts;
  const url = tryParse(`${scheme}://${user ?? 'git@'}${isWild ? subdomain : ''}${authority}/x`);
  const matchPath = tryGlobs(trimEnd(parts.path));
  if (url === null || matchPath === null) return null;
  const host = isWild ? `*.${url.host.slice(subdomain.length)}` : url.host;
  return {
    scheme: url.scheme,
    host,
    port: url.port,
    user: user === null ? null : url.user,
    matchPath,
  };
}

/** Stands in for `*.`, so that what follows has to be the end of a host name. */
const subdomain = 'any.';

interface PatternParts {
  readonly scheme: string;
  /** With its `@`; null stands for every one. */
  readonly user: string | null;
  readonly isWild: boolean;
  readonly authority: string;
  readonly path: string;
}

function split(text: string): PatternParts | null {
  const found = shape.exec(text);
  if (found === null) return null;
  const [, scheme = '', named, wild, authority = '', path = ''] = found;
  const user = named ?? (scheme === 'ssh' ? null : '');
  return { scheme, user, isWild: wild !== undefined, authority, path };
}

/** Whether the address belongs to the family. A path that servers may read in two ways belongs to none. */
export function matchUrlPattern(pattern: UrlPattern, url: GitUrl): boolean {
  if (pattern.scheme !== url.scheme || pattern.port !== url.port) return false;
  if (pattern.user !== null && pattern.user !== url.user) return false;
  if (!matchHost(pattern.host, url.host)) return false;
  const path = readPath(url);
  return path !== null && pattern.matchPath(path);
}

/** The pattern's host as an entry of the host policy: naming exactly this host is the administrator's word for it. */
export function renderHostEntry({ host, port }: UrlPattern): string {
  if (host.startsWith('*.')) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function matchHost(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

/** Hosts differ in what `%2f`, `;` or an empty segment means; a repository needs none of them. */
const plainSegment = /^(?!\.{1,2}$)[^/\\%;]{1,1000}$/u;

function readPath({ href }: GitUrl): string | null {
  const segments = trimEnd(new URL(href).pathname.slice(1)).split('/').map(decodeSegment);
  const plain = segments.filter((segment) => segment !== null && plainSegment.test(segment));
  return plain.length === segments.length ? plain.join('/') : null;
}

function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** `app.git` and `app` are one repository. */
function trimEnd(path: string): string {
  return path.replace(/\.git\/?$/u, '');
}

function tryParse(text: string): GitUrl | null {
  try {
    return parseGitUrl(text);
  } catch {
    return null;
  }
}

function tryGlobs(pattern: string): PathMatcher | null {
  try {
    return parsePathGlobs([pattern === '' ? '**' : pattern]);
  } catch {
    return null;
  }
}
