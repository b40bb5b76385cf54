import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';

const failureSchema = Type.Object({
  path: Type.String(),
  code: Type.String(),
  message: Type.String(),
});

const rowSchema = Type.Object({
  kind: Type.String(),
  namespace: Type.String(),
  name: Type.String(),
  ready: Type.Enum(['True', 'False', 'Unknown']),
  reason: Type.String(),
  message: Type.String(),
  code: Type.Optional(
    Type.String({ description: 'Of the error that `reason` is made from, where there is one.' }),
  ),
  revision: Type.Optional(Type.String()),
  expiresAt: Type.Optional(Type.String()),
  secrets: Type.Optional(Type.Integer()),
  failures: Type.Array(failureSchema),
});

const faultSchema = Type.Object({
  path: Type.String(),
  code: Type.String(),
  message: Type.String(),
  hint: Type.String(),
});

const statusAnswerSchema = Type.Object({
  version: Type.String(),
  objects: Type.Array(rowSchema),
  faults: Type.Array(faultSchema),
});

/** What a running `mayfly standalone` answers on its socket; holds no value. */
export type StatusAnswer = Static<typeof statusAnswerSchema>;
/** One object. */
export type StatusRow = Static<typeof rowSchema>;
/** A file of objects that has something wrong. */
export type StatusFault = Static<typeof faultSchema>;

/** Asks to have every object of this name looked at now. */
export const reconcileRequestSchema = Type.Object(
  {
    namespace: Type.String({ maxLength: 63 }),
    name: Type.String({ maxLength: 253 }),
  },
  { additionalProperties: false },
);
export type ReconcileRequest = Static<typeof reconcileRequestSchema>;

const reconcileAnswerSchema = Type.Object({ found: Type.Integer() });
export type ReconcileAnswer = Static<typeof reconcileAnswerSchema>;

/** Null when the answer is not one. */
export function parseStatusAnswer(value: unknown): StatusAnswer | null {
  return Check(statusAnswerSchema, value) ? value : null;
}

/** Null when the answer is not one. */
export function parseReconcileAnswer(value: unknown): ReconcileAnswer | null {
  return Check(reconcileAnswerSchema, value) ? value : null;
}
