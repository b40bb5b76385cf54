import type { Static, TSchema } from 'typebox';
import { createError } from '../../errors/mayfly-error.ts';
import {
  ephemeralSecretStatusSchema,
  type EphemeralSecretStatus,
} from '../schema/ephemeral-secret-status-schema.ts';
import { gitSourceStatusSchema, type GitSourceStatus } from '../schema/git-source-schema.ts';
import { formatRef, type KindName } from '../object.ts';
import { plainStatusSchema, type PlainStatus } from '../schema/schema-parts.ts';
import { validate } from '../schema/validate.ts';

/** What is asked of an object to read its status. */
export interface StatusHolder {
  readonly kind: KindName;
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly status: unknown;
}

/** The stored status; throws `MAYFLY_OBJECT_STATUS_UNREADABLE` rather than forget what was accepted. */
export function parseGitSourceStatus(object: StatusHolder): GitSourceStatus {
  return parseStatus(gitSourceStatusSchema, object);
}

/** The stored status; throws `MAYFLY_OBJECT_STATUS_UNREADABLE` rather than forget what was issued. */
export function parseEphemeralSecretStatus(object: StatusHolder): EphemeralSecretStatus {
  return parseStatus(ephemeralSecretStatusSchema, object);
}

/** The stored status of a kind that has only conditions; throws `MAYFLY_OBJECT_STATUS_UNREADABLE`. */
export function parsePlainStatus(object: StatusHolder): PlainStatus {
  return parseStatus(plainStatusSchema, object);
}

function parseStatus<S extends TSchema>(schema: S, object: StatusHolder): Static<S> {
  const parsed = validate(schema, object.status ?? {}, 'status');
  if (parsed.kind === 'valid') return parsed.value;
  throw createError('MAYFLY_OBJECT_STATUS_UNREADABLE', {
    kind: object.kind,
    object: formatRef(object.metadata),
    field: parsed.errors[0]?.message ?? 'status',
  });
}
