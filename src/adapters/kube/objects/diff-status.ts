import { isDeepStrictEqual } from 'node:util';
import { isRecord, readField } from '#core/text/read-field.ts';

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * The merge patch (RFC 7386) that makes one object of JSON the other, null where a field is to go; empty when they
 * are equal.
 */
export function diffStatus(before: Fields, after: Fields): Fields {
  const gone = Object.keys(before).filter((field) => !Object.hasOwn(after, field));
  const changed = Object.entries(after).filter(
    ([field, value]) => !isDeepStrictEqual(readField(before, field), value),
  );
  const entries: (readonly [string, unknown])[] = [
    ...gone.map((field) => [field, null] as const),
    ...changed.map(
      ([field, value]) => [field, diffField(readField(before, field), value)] as const,
    ),
  ];
  return Object.fromEntries(entries);
}

/** Objects are merged by the server, so what went from them is named; anything else is replaced. */
function diffField(before: unknown, after: unknown): unknown {
  return isRecord(before) && isRecord(after) ? diffStatus(before, after) : after;
}
