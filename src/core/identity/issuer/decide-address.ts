import { decideAddressRange, parseIpAddress } from '../../git/address/ip-address.ts';

/**
 * Why the IP address of an issuer may not be dialled, or null: private and loopback ones only where its TokenIssuer allows
 * them, link-local and metadata ones never.
 */
export function decideIssuerAddress(address: string, allowPrivate: boolean): string | null {
  const bytes = parseIpAddress(address);
  const range = bytes === null ? 'reserved' : decideAddressRange(bytes);
  if (range === 'public') return null;
  const isNear = range === 'loopback' || range === 'private';
  if (!isNear) return `its address ${address} is ${range}`;
  return allowPrivate ? null : `its address ${address} is ${range} (allowPrivateAddress)`;
}
