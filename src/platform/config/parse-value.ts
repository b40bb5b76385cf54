import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { nearestName } from '#core/text/nearest-name.ts';
import { parseLeaf } from './parse-leaf.ts';
import { readNode, type SchemaNode } from './schema-node.ts';
import { isRecord } from '#core/text/read-field.ts';

/** Where a raw value comes from, and what is wrong with it so far. */
export interface Reading {
  /** A file, an environment variable or a flag. */
  readonly place: string;
  readonly errors: MayflyError[];
}

/** Reads a raw value by its schema; undefined when it is wrong, and then `errors` has grown. */
export function parseValue(
  reading: Reading,
  schema: object,
  at: { key: string; raw: unknown },
): unknown {
  const node = readNode(schema);
  switch (node.kind) {
    case 'leaf': {
      const parsed = parseLeaf(node.leaf, at.raw);
      return 'value' in parsed ? parsed.value : refuse(reading, at.key, parsed.problem);
    }
    case 'list':
      return parseList(reading, node.items, at);
    case 'map':
      return parseMap(reading, node, at);
    case 'section':
      return parseSection(reading, node, at);
  }
}

function parseList(reading: Reading, items: object, at: { key: string; raw: unknown }): unknown {
  const { key, raw } = at;
  if (!Array.isArray(raw)) return refuse(reading, key, 'must be a list');
  return raw.map((item: unknown, index) =>
    parseValue(reading, items, { key: `${key}[${String(index)}]`, raw: item }),
  );
}

function parseMap(
  reading: Reading,
  node: Extract<SchemaNode, { kind: 'map' }>,
  at: { key: string; raw: unknown },
): unknown {
  if (!isRecord(at.raw)) return refuse(reading, at.key, 'must be a map of names');
  const allowed = Type.String({ pattern: node.keyPattern });
  const entries = Object.entries(at.raw).map(([name, raw]) => {
    const key = `${at.key}.${name}`;
    if (!Check(allowed, name)) refuse(reading, key, 'has a name that is not allowed here');
    return [name, parseValue(reading, node.values, { key, raw })];
  });
  return Object.fromEntries(entries);
}

function parseSection(
  reading: Reading,
  node: Extract<SchemaNode, { kind: 'section' }>,
  at: { key: string; raw: unknown },
): unknown {
  if (!isRecord(at.raw)) return refuse(reading, at.key, 'must be a map of settings');
  const raw = at.raw;
  refuseUnknown(reading, Object.keys(node.fields), { key: at.key, names: Object.keys(raw) });
  for (const name of node.required) {
    if (!Object.hasOwn(raw, name)) refuse(reading, `${at.key}.${name}`, 'is missing');
  }
  const entries = Object.entries(node.fields)
    .filter(([name]) => Object.hasOwn(raw, name))
    .map(([name, schema]) => {
      return [name, parseValue(reading, schema, { key: `${at.key}.${name}`, raw: raw[name] })];
    });
  return Object.fromEntries(entries);
}

/** Adds an error for each name that is not known, with the nearest one that is. */
export function refuseUnknown(
  reading: Reading,
  known: readonly string[],
  at: { readonly key: string; readonly names: readonly string[] },
): void {
  const { place } = reading;
  for (const name of at.names.filter((given) => !known.includes(given))) {
    const nearest = nearestName(name, known);
    const suggestion = nearest === null ? 'none has a name like it' : `did you mean ${nearest}?`;
    const key = at.key === '' ? name : `${at.key}.${name}`;
    reading.errors.push(createError('MAYFLY_CONFIG_UNKNOWN', { place, key, suggestion }));
  }
}

export function refuse(reading: Reading, key: string, problem: string): undefined {
  reading.errors.push(createError('MAYFLY_CONFIG_INVALID', { place: reading.place, key, problem }));
}
