import { createError, isMayflyError } from '../errors/mayfly-error.ts';
import { decideAddressRange, parseIpAddress } from '../git/address/ip-address.ts';
import { parseGitUrl } from '../git/address/git-url.ts';

/** Where a store answers. */
export interface StoreHost {
  /** Lower case; an IP address in its canonical form, IPv6 without brackets. In an entry it may begin with `*.`. */
  readonly host: string;
  readonly port: number;
}

const shape = /^https:\/\/(\*\.)?([^*/?#@\\]{1,300})$/u;

/**
 * Reads `https://HOST[:PORT]`. Null for anything else, also for an address that is written in another way than it is
 * dialled in: with a path, credentials, upper case, a default port, or digits that mean an IP address to some.
 */
export function parseStoreAddress(text: string): StoreHost | null {
  return text.includes('*') ? null : parseEntry(text);
}

/** Reads what an administrator allows: an address, or `https://*.SUFFIX[:PORT]`. Null for anything else. */
export function parseStoreEntry(text: string): StoreHost | null {
  return parseEntry(text);
}

/** Whether an entry of the administrator's names the address. */
export function matchStoreEntry(entry: StoreHost, { host, port }: StoreHost): boolean {
  if (entry.port !== port) return false;
  return entry.host.startsWith('*.') ? host.endsWith(entry.host.slice(1)) : entry.host === host;
}

/** What is dialled for a store, and which entries of an administrator's stand behind it. */
export interface StoreDial {
  readonly store: string;
  readonly host: StoreHost;
  readonly entries: readonly StoreHost[];
}

/**
 * Throws `MAYFLY_STORE_ADDRESS_FORBIDDEN` unless this IP address, which the host was resolved to, may be dialled:
 * private and loopback ones only where an entry names exactly the host, link-local and metadata ones only where it
 * names the address itself.
 */
export function checkStoreAddress({ store, host, entries }: StoreDial, address: string): void {
  const bytes = parseIpAddress(address);
  const range = bytes === null ? 'reserved' : decideAddressRange(bytes);
  if (range === 'public') return;
  const isNear = range === 'loopback' || range === 'private';
  const named = { host: isNear ? host.host : address, port: host.port };
  if (entries.some((entry) => entry.host === named.host && entry.port === named.port)) return;
  throw createError('MAYFLY_STORE_ADDRESS_FORBIDDEN', { store, host: host.host, range, address });
}

function parseEntry(text: string): StoreHost | null {
  const found = shape.exec(text);
  if (found === null) return null;
  const [, wild = '', authority = ''] = found;
  const stem = wild === '' ? '' : 'any.';
  const url = tryParse(`https://${stem}${authority}/x`);
  if (url === null || url.href !== `https://${stem}${authority}/x`) return null;
  return { host: `${wild}${url.host.slice(stem.length)}`, port: url.port };
}

function tryParse(text: string): ReturnType<typeof parseGitUrl> | null {
  try {
    return parseGitUrl(text);
  } catch (error) {
    if (isMayflyError(error)) return null;
    throw error;
  }
}
