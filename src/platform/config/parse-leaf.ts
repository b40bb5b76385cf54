import { isIP } from 'node:net';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { parseDuration } from '#core/api/duration.ts';
import type { Address, SettingKind, SettingOptions } from './setting.ts';

/** A value, or what it must be, in words and without the value. */
export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** A leaf of the schema as it is found there. */
export type Leaf = SettingOptions & { readonly setting: SettingKind };

type Parser = (text: string, leaf: Leaf) => Parsed;

const parsers: Readonly<Record<SettingKind, Parser>> = {
  text: parseText,
  path: (text) =>
    orProblem(/^\/[^\p{Cc}]{0,1023}$/u.test(text) ? text : null, 'must be an absolute path'),
  integer: (text, leaf) =>
    inRange(/^\d{1,15}$/u.test(text) ? Number(text) : null, leaf, 'must be a whole number'),
  size: (text, leaf) =>
    inRange(parseSize(text), leaf, 'must be a size in bytes such as 512Ki or 5Mi'),
  duration: (text, leaf) =>
    inRange(parseDuration(text), leaf, 'must be a duration such as 90s, 15m or 1h30m'),
  switch: parseSwitch,
  choice: (text, { choices = [] }) =>
    orProblem(choices.includes(text) ? text : null, `must be one of ${choices.join(', ')}`),
  address: (text) => orProblem(parseAddress(text), 'must be HOST:PORT or [IPV6]:PORT'),
  mode: (text) =>
    orProblem(
      /^0[0-7]{3}$/u.test(text) ? Number.parseInt(text, 8) : null,
      "must be four octal digits in quotes such as '0440'",
    ),
  account: (text) => orProblem(parseAccount(text), 'must be the name or the number of an account'),
  network: (text) =>
    orProblem(
      isNetwork(text) ? text : null,
      'must be an IP address, or a network such as 10.0.0.0/8',
    ),
};

/** Reads the value of one setting from text, or from a number or truth value of the file. */
export function parseLeaf(leaf: Leaf, raw: unknown): Parsed {
  const text = toText(leaf.setting, raw);
  return text === null ? { problem: 'must be a text' } : parsers[leaf.setting](text, leaf);
}

/** YAML reads `0440` as four hundred and forty, so a mode that lost its quotes must not pass. */
function toText(kind: SettingKind, raw: unknown): string | null {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'boolean') return String(raw);
  if (typeof raw === 'number' && kind !== 'mode') return String(raw);
  return kind === 'mode' && typeof raw === 'number' ? 'number' : null;
}

function orProblem(value: unknown, problem: string): Parsed {
  return value === null ? { problem } : { value };
}

function inRange(value: number | null, leaf: Leaf, problem: string): Parsed {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = leaf;
  if (value === null) return { problem };
  if (value < minimum) return { problem: `must be at least ${renderBound(leaf.setting, minimum)}` };
  if (value > maximum) return { problem: `must be at most ${renderBound(leaf.setting, maximum)}` };
  return { value };
}

function renderBound(kind: SettingKind, bound: number): string {
  if (kind === 'duration') return `${String(bound / 1000)}s`;
  return kind === 'size' ? `${String(bound)} bytes` : String(bound);
}

function parseText(text: string, { pattern }: Leaf): Parsed {
  if (text.length > 4096) return { problem: 'must be at most 4096 characters long' };
  if (pattern === undefined) return { value: text };
  return orProblem(Check(Type.String({ pattern: pattern[0] }), text) ? text : null, pattern[1]);
}

function parseSwitch(text: string): Parsed {
  if (text === 'true' || text === 'false') return { value: text === 'true' };
  return { problem: 'must be true or false' };
}

function parseAddress(text: string): Address | null {
  const found = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([-.a-zA-Z0-9]{1,253})):(\d{1,5})$/u.exec(text);
  const port = Number(found?.[3] ?? Number.NaN);
  const host = found?.[1] ?? found?.[2];
  return host === undefined || !(port <= 65_535) ? null : { host, port };
}

function parseAccount(text: string): string | number | null {
  if (/^\d{1,10}$/u.test(text)) return Number(text);
  return /^[a-z_][-a-z0-9_]{0,31}$/u.test(text) ? text : null;
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const mostBits = { 4: 32, 6: 128 }[isIP(address)];
  if (mostBits === undefined || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/u.test(bits) && Number(bits) <= mostBits);
}

const unitBytes: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
]);

/** The bytes of a size such as `512`, `64Ki` or `5Mi`; null for text that is none. */
function parseSize(text: string): number | null {
  const [, count, unit] = /^(\d{1,12})(Ki|Mi|Gi|)$/u.exec(text) ?? [];
  if (count === undefined) return null;
  const bytes = Number(count) * (unitBytes.get(unit ?? '') ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
