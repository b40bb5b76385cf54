import { createError } from '../../errors/mayfly-error.ts';
import type { GitUrl } from './git-url.ts';
import { decideAddressRange, parseIpAddress } from './ip-address.ts';

/** Which hosts git may speak to; written by the administrator alone. */
export interface HostPolicy {
  /**
   * `host`, `host:port` or `*.suffix`; null allows every host that has a public address. Addresses that are
   * not public need an entry of exactly that host, link-local and metadata ones an entry of the address.
   */
  readonly allowedHosts: readonly string[] | null;
}

/** Throws `MAYFLY_GIT_HOST_NOT_ALLOWED` unless the policy names the host. Asks nobody for its address. */
export function checkHost(url: GitUrl, policy: HostPolicy): void {
  if (!isHostAllowed(url, policy)) {
    throw createError('MAYFLY_GIT_HOST_NOT_ALLOWED', { host: url.host });
  }
}

/** Whether the policy names the host. */
export function isHostAllowed(url: GitUrl, { allowedHosts }: HostPolicy): boolean {
  return allowedHosts?.some((entry) => matchEntry(entry, url)) ?? true;
}

/**
 * Throws `MAYFLY_GIT_ADDRESS_FORBIDDEN` unless git may connect to this address, which the host's name was
 * resolved to or which the URL itself gives.
 */
export function checkAddress(url: GitUrl, address: string, policy: HostPolicy): void {
  const bytes = parseIpAddress(address);
  const range = bytes === null ? 'reserved' : decideAddressRange(bytes);
  if (range === 'public') return;
  const exact = (policy.allowedHosts ?? []).filter((entry) => !entry.startsWith('*'));
  const dialled = range === 'loopback' || range === 'private' ? url : { ...url, host: address };
  if (exact.some((entry) => matchEntry(entry, dialled))) return;
  throw createError('MAYFLY_GIT_ADDRESS_FORBIDDEN', { host: url.host, range, address });
}

function matchEntry(entry: string, url: GitUrl): boolean {
  const wanted = entry.toLowerCase();
  if (wanted.startsWith('*.')) return url.host.endsWith(wanted.slice(1));
  const shown = url.host.includes(':') ? `[${url.host}]` : url.host;
  return wanted === url.host || wanted === shown || wanted === `${shown}:${url.port}`;
}
