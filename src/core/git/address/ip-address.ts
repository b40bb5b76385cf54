/** An IP address as 4 or 16 bytes; null when the text is no address in canonical notation. */
export function parseIpAddress(text: string): readonly number[] | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

const decimalByte = /^(?:0|[1-9][0-9]{0,2})$/u;
const hexGroup = /^[0-9a-f]{1,4}$/iu;

function parseIpv4(text: string): readonly number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => decimalByte.test(part))) return null;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function parseIpv6(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(parseGroups);
  if (head === null || head === undefined || tail === null) return null;
  if (tail === undefined) return head.length === 16 ? head : null;
  const gap = 16 - head.length - tail.length;
  return gap >= 2 ? [...head, ...Array.from({ length: gap }, () => 0), ...tail] : null;
}

function parseGroups(text: string): readonly number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const isLast = index === groups.length - 1;
    const parsed = isLast && group.includes('.') ? parseIpv4(group) : parseGroup(group);
    if (parsed === null) return null;
    bytes.push(...parsed);
  }
  return bytes;
}

function parseGroup(group: string): readonly number[] | null {
  if (!hexGroup.test(group)) return null;
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
}

/** What kind of network an address belongs to; only `public` ones are reachable without an entry. */
export type AddressRange =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'metadata'
  | 'unspecified'
  | 'multicast'
  | 'reserved';

type RangeRow = readonly [network: string, bits: number, range: AddressRange];

/** The first row that fits decides. Sources: the IANA special-purpose address registries and the clouds. */
const rows: readonly RangeRow[] = [
  ['169.254.169.254', 32, 'metadata'],
  ['169.254.170.2', 32, 'metadata'],
  ['100.100.100.200', 32, 'metadata'],
  ['168.63.129.16', 32, 'metadata'],
  ['192.0.0.192', 32, 'metadata'],
  ['fd00:ec2::254', 128, 'metadata'],
  ['fd20:ce::254', 128, 'metadata'],
  ['127.0.0.0', 8, 'loopback'],
  ['0.0.0.0', 8, 'unspecified'],
  ['169.254.0.0', 16, 'link-local'],
  ['10.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'reserved'],
  ['198.18.0.0', 15, 'reserved'],
  ['198.51.100.0', 24, 'reserved'],
  ['203.0.113.0', 24, 'reserved'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
  ['::1', 128, 'loopback'],
  ['::', 128, 'unspecified'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private'],
  ['fc00::', 7, 'private'],
  ['ff00::', 8, 'multicast'],
  ['2001:db8::', 32, 'reserved'],
  ['100::', 64, 'reserved'],
];

/** IPv6 prefixes that carry an IPv4 address, and where in the 16 bytes it stands. */
const embeddings: readonly (readonly [network: string, bits: number, offset: number])[] = [
  ['::ffff:0:0', 96, 12],
  ['::ffff:0:0:0', 96, 12],
  ['64:ff9b::', 96, 12],
  ['2002::', 16, 2],
  ['::', 96, 12],
];

/** Which range the address lies in; IPv4 carried inside IPv6 counts as what it carries. */
export function decideAddressRange(address: readonly number[]): AddressRange {
  const row = rows.find(([network, bits]) => isWithin(address, network, bits));
  if (row !== undefined) return row[2];
  const embedding = embeddings.find(([network, bits]) => isWithin(address, network, bits));
  if (embedding === undefined) return 'public';
  return decideAddressRange(address.slice(embedding[2], embedding[2] + 4));
}

function isWithin(address: readonly number[], network: string, bits: number): boolean {
  const wanted = parseIpAddress(network);
  if (wanted === null || wanted.length !== address.length) return false;
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = (0xff << Math.max(0, 8 - (bits - bit))) & 0xff;
    const index = bit / 8;
    if (((address[index] ?? 0) & mask) !== ((wanted[index] ?? 0) & mask)) return false;
  }
  return true;
}
