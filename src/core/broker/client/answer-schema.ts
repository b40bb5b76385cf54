import { Type } from 'typebox';

/** The answer 200 to `POST /v1/exchange`. */
export const exchangeAnswerSchema = Type.Object(
  {
    leaseId: Type.String({ minLength: 1, maxLength: 200 }),
    expiresAt: Type.String({ description: 'When the lease ends, in UTC (RFC 3339).' }),
    values: Type.Record(Type.String(), Type.String(), {
      description: 'By the names of the request.',
    }),
    base64: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'The names whose values are base64, because they are no UTF-8. Absent for none.',
      }),
    ),
    auditId: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
);

/** The answers 401 and 403, the same whatever the reason. */
export const denialAnswerSchema = Type.Object(
  { error: Type.Literal('denied'), auditId: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);
