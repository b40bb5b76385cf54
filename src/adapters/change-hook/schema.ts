import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { kindNames } from '#core/api/object.ts';

const pendingSchema = Type.Object(
  {
    namespace: Type.Literal('pending'),
    /** Of the hook. */
    name: Type.String(),
    /** The objects of which the content changed. */
    owners: Type.Array(
      Type.Object({
        kind: Type.Enum([...kindNames]),
        namespace: Type.String(),
        name: Type.String(),
      }),
    ),
  },
  { additionalProperties: false },
);

/** A hook that was asked for and has not run since. */
export type PendingHook = Static<typeof pendingSchema>;

export function parsePending(value: unknown): PendingHook | null {
  return Check(pendingSchema, value) ? value : null;
}
