import { Type, type Static } from 'typebox';
import { duration, patterns, strict } from '../../api/schema/schema-parts.ts';
import { maxTokenBytes } from '../../identity/token/max-token-bytes.ts';
import { policyNamePattern } from './policy-name.ts';

const referenceSchema = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'STORE:PATH#KEY@VERSION; without #KEY every key.',
});

/** The most values of one request. */
export const mostReferences = 64;

/** A token of an issuer, or of the broker itself. */
const tokenSchema = Type.String({
  minLength: 1,
  maxLength: maxTokenBytes,
  description: 'The identity token, unless it is in the header Authorization.',
});

/** Body of `POST /v1/exchange`. */
export const exchangeRequestSchema = Type.Object(
  {
    token: Type.Optional(tokenSchema),
    policy: Type.String({
      pattern: policyNamePattern,
      maxLength: 320,
      description: 'NAMESPACE/NAME of an AccessPolicy, or cluster/NAME of a ClusterAccessPolicy.',
    }),
    secrets: Type.Union([
      Type.Record(Type.String({ pattern: patterns.secretKey }), referenceSchema, {
        ...strict,
        minProperties: 1,
        maxProperties: mostReferences,
        description: 'References by the names that the answer has.',
      }),
      Type.Array(referenceSchema, {
        minItems: 1,
        maxItems: mostReferences,
        uniqueItems: true,
        description: 'References, which the answer has as they were written.',
      }),
    ]),
    ttl: Type.Optional(duration('The longest time that the values are wanted for, such as 15m.')),
  },
  strict,
);

export type ExchangeBody = Static<typeof exchangeRequestSchema>;
