import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { leaseSchema } from '#core/lease/lease-schema.ts';

const strict = { additionalProperties: false } as const;
const textMap = Type.Record(Type.String(), Type.String());

/** What the state folder holds about one secret: that it is ours, and until when. Never a value. */
const secretRecordSchema = Type.Object(
  {
    namespace: Type.String(),
    name: Type.String(),
    uid: Type.String(),
    /** Counts the changes of content or lease. */
    revision: Type.Integer(),
    /** The directory of the sink it was written to. */
    directory: Type.String(),
    /** The folder inside the secret's own that `..data` leads to. */
    version: Type.String(),
    type: Type.String(),
    labels: textMap,
    annotations: textMap,
    lease: leaseSchema,
  },
  strict,
);

export type SecretRecord = Static<typeof secretRecordSchema>;

export function parseRecord(value: unknown): SecretRecord | null {
  return Check(secretRecordSchema, value) ? value : null;
}
