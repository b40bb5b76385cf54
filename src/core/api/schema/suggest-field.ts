import type { TSchema } from 'typebox';
import { nearestName } from '../../text/nearest-name.ts';

/** What to write instead of an unknown field: the nearest known name, else all known names. */
export function suggestField(schema: TSchema, pointer: string, name: string): string {
  const known = knownFields(schema, pointer);
  const nearest = nearestName(name, known);
  if (nearest !== null) return `did you mean ${nearest}`;
  return known.length === 0 ? 'it takes no fields' : `known are ${known.join(', ')}`;
}

function knownFields(schema: TSchema, pointer: string): readonly string[] {
  let at: unknown = schema;
  for (const step of pointer.split('/').slice(1)) {
    at = member(member(at, 'properties'), step) ?? member(at, 'items');
  }
  return Object.keys(member(at, 'properties') ?? {});
}

function member(value: unknown, key: string): object | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const found: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return typeof found === 'object' && found !== null ? found : undefined;
}
