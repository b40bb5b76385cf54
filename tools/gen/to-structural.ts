import { patternWords } from '#core/api/schema/schema-parts.ts';
import type { AdmissionRule } from './admission-rules.ts';

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonMap = Readonly<Record<string, Json>>;

/** The schema without what belongs to its library. */
export function toJson(schema: object): Json {
  return JSON.parse(JSON.stringify(schema)) as Json;
}

/**
 * A structural schema as the API server takes it. It knows no `additionalProperties: false`: unknown fields are refused
 * under strict validation, as kubectl asks for, or pruned. What it would answer with a bare pattern or count is asked by
 * a rule instead, with our words. Conditions become a map keyed by their type.
 */
export function toStructural(
  schema: JsonMap,
  rulesAt: Readonly<Record<string, readonly AdmissionRule[]>>,
): JsonMap {
  return convert(schema, { path: [], rulesAt });
}

interface Place {
  readonly path: readonly string[];
  readonly rulesAt: Readonly<Record<string, readonly AdmissionRule[]>>;
}

function convert(schema: JsonMap, place: Place): JsonMap {
  const { pattern, minProperties, maxProperties, additionalProperties, ...kept } = schema;
  const isOneOf = minProperties === 1;
  const own = [
    ...(typeof pattern === 'string' ? [patternRule(pattern)] : []),
    ...(isOneOf ? [oneFieldRule(Object.keys(asMap(kept['properties'])))] : []),
  ];
  return {
    ...kept,
    ...(isOneOf || maxProperties === undefined ? {} : { maxProperties }),
    ...(isMap(additionalProperties) ? { additionalProperties } : {}),
    ...convertBelow(kept, place),
    ...renderRules([...own, ...(place.rulesAt[place.path.join('.')] ?? [])]),
  };
}

function renderRules(rules: readonly AdmissionRule[]): JsonMap {
  return rules.length === 0 ? {} : { 'x-kubernetes-validations': rules.map(toJson) };
}

function convertBelow({ properties, items, type }: JsonMap, place: Place): JsonMap {
  const { path, rulesAt } = place;
  if (type === 'array' && items !== undefined) {
    const below = convert(asMap(items), { path: [...path, 'items'], rulesAt });
    return { items: below, ...mapKeys(path.at(-1), asMap(below['properties'])) };
  }
  if (!isMap(properties)) return {};
  const entries = Object.entries(properties).map(([key, value]): [string, Json] => [
    key,
    convert(asMap(value), { path: [...path, key], rulesAt }),
  ]);
  return { properties: Object.fromEntries(entries) };
}

/** Lists of which each item has a name of its own: two of one name are refused, and apply merges by it. */
const keyedLists: ReadonlyMap<string, string> = new Map([
  ['conditions', 'type'],
  ['keys', 'key'],
]);

function mapKeys(field: string | undefined, items: JsonMap): JsonMap {
  const key = field === undefined ? undefined : keyedLists.get(field);
  if (key === undefined || items[key] === undefined) return {};
  return { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] };
}

function patternRule(pattern: string): AdmissionRule {
  const message = patternWords.get(pattern);
  if (message === undefined) throw new Error(`no words say what ${pattern} means`);
  return { rule: `self.matches(r'${pattern}')`, message };
}

function oneFieldRule(names: readonly string[]): AdmissionRule {
  const given = names.map((name) => `has(self.${name})`).join(', ');
  return {
    rule: `[${given}].filter(given, given).size() == 1`,
    message: `must name exactly one of ${names.join(', ')}`,
  };
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map of JSON; anything else is an empty one. */
export function asMap(value: Json | undefined): JsonMap {
  return isMap(value) ? value : {};
}
