import type { CatalogueEntry } from '../kinds.ts';

/** The broker. What callers are told of a denial is less: see docs/broker.md. */
export const brokerCodes = {
  MAYFLY_BROKER_DEADLINE: {
    kind: 'unavailable',
    message: 'the broker had no time left to answer: {limit} ms are over',
  },
  MAYFLY_BROKER_FULL: {
    kind: 'unavailable',
    message: 'the broker holds {limit} {what}, and takes no more until some are over',
  },
  MAYFLY_BROKER_KEY_MISSING: {
    kind: 'invalid',
    message: 'there is no key {key} at {path} of store {store}',
    hint: 'name a key that is there; without #KEY a reference is every key',
  },
  MAYFLY_BROKER_LEASE_UNKNOWN: {
    kind: 'invalid',
    message: 'there is no such lease of this identity',
    hint: 'a lease is known to the broker that opened it, to the identity it was opened for, until it is over',
  },
  MAYFLY_BROKER_STALE: {
    kind: 'unavailable',
    message: 'the broker does not know what is allowed now: {reason}',
  },
  MAYFLY_BROKER_STORE_LOGIN: {
    kind: 'invalid',
    message: 'the broker cannot log in to store {store}: {problem}',
    hint: 'name a ServiceAccount in spec.serviceAccountName; without a cluster only stores of the provider git can be read',
  },
  MAYFLY_BROKER_THROTTLED: {
    kind: 'unavailable',
    message: 'there are too many requests of one {what}',
  },
  MAYFLY_BROKER_TOKEN: {
    kind: 'unauthenticated',
    message: 'the token of the broker is over, was revoked or never was',
  },
  MAYFLY_BROKER_TOKEN_MISSING: {
    kind: 'invalid',
    message: 'the request has no token, or two',
    hint: 'send it either in the body or as Authorization: Bearer',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
