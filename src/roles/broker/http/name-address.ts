import type { FastifyRequest } from 'fastify';
import { parseIpAddress } from '#core/git/address/ip-address.ts';

const embedded = '::ffff:';
/** Whoever has one address of IPv6 has all of its network. */
const networkBytes = 8;

/** By what requests of one sender are counted: an IPv4 address, or the network of an IPv6 one. */
export function nameAddress(address: string): string {
  const text = address.startsWith(embedded) ? address.slice(embedded.length) : address;
  const bytes = parseIpAddress(text) ?? [];
  return bytes.slice(0, bytes.length === 4 ? 4 : networkBytes).join('.');
}

/** Whose request it is, as the proxies that are trusted say; what they say and is no address is not believed. */
export function readAddress({ ip, socket }: FastifyRequest): string {
  const { remoteAddress = '' } = socket;
  return parseIpAddress(ip) === null ? remoteAddress : ip;
}
