import { Type } from 'typebox';
import { kindNames } from '../api/object.ts';

const strict = { additionalProperties: false } as const;

/** A `SecretLease` as sinks store it beside a Secret. */
export const leaseSchema = Type.Object(
  {
    expiresAt: Type.Number(),
    issuedAt: Type.Number(),
    revision: Type.String(),
    owner: Type.Object(
      {
        kind: Type.Enum([...kindNames]),
        namespace: Type.String(),
        name: Type.String(),
        uid: Type.String(),
      },
      strict,
    ),
    path: Type.String(),
    modifiedAt: Type.Number(),
    verifiedAt: Type.Number(),
    origin: Type.String(),
    siblings: Type.Number(),
    digests: Type.Record(Type.String(), Type.String()),
  },
  strict,
);
