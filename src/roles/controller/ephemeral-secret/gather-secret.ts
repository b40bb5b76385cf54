import { parseEphemeralSecret, type EphemeralSecret } from '#core/api/ephemeral-secret.ts';
import { parseGitSource, type GitSource } from '#core/api/git-source.ts';
import { keys, type ObjectRef, type StoredObject } from '#core/api/object.ts';
import type { EphemeralSecretStatus } from '#core/api/schema/ephemeral-secret-schema.ts';
import { parseEphemeralSecretStatus } from '#core/api/status.ts';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import { clampTtl } from '#core/lease/clamp-ttl.ts';
import { opensLease } from '#core/lease/decide-window.ts';
import type { LeaseTerms } from '#core/lease/decide-lease.ts';
import type { SecretOwner } from '#core/ports/secret-sink.ts';
import type { Instant } from '#core/ports/time.ts';
import type { OwnedSecret } from '#core/sync/decide-sync.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { askTenancy } from '../tenancy/ask-tenancy.ts';
import { readStanding, type SourceStanding } from './source-standing.ts';

/** Everything one look at an EphemeralSecret is decided on, but for the files and keys. */
export type SecretInput =
  | { readonly kind: 'gone' }
  | {
      /** The spec is wrong, or asks for what is not allowed: leases run to their end. */
      readonly kind: 'refused';
      readonly object: StoredObject;
      readonly errors: readonly MayflyError[];
    }
  | ReadySecret;

export interface ReadySecret {
  readonly kind: 'ready';
  readonly ref: ObjectRef;
  readonly owner: SecretOwner;
  readonly object: StoredObject;
  readonly spec: EphemeralSecret;
  readonly terms: LeaseTerms;
  readonly status: EphemeralSecretStatus;
  /** Null when there is none, or its spec is wrong. */
  readonly source: GitSource | null;
  /** The hosts that its source was allowed for; null: those of the configuration. */
  readonly hosts: readonly string[] | null;
  readonly standing: SourceStanding;
  readonly live: readonly OwnedSecret[];
  /** Value of the force annotation that this pass obeys; it is not used up while nothing may be issued. */
  readonly force: string | null;
  readonly now: Instant;
}

export async function gatherSecret(parts: ControllerParts, ref: ObjectRef): Promise<SecretInput> {
  const object = await parts.objects.get(ref);
  if (object === null || object.metadata.deletionTimestamp !== undefined) return { kind: 'gone' };
  const parsed = parseEphemeralSecret(object);
  if (parsed.kind === 'invalid') return { kind: 'refused', object, errors: parsed.errors };
  const spec = parsed.value;
  const status = parseEphemeralSecretStatus(object);
  const owner = { ...ref, uid: object.metadata.uid };
  const source = await readSource(parts, spec);
  const tenancy = await askTenancy(parts, { ...ref, source, secret: spec });
  if (tenancy.kind === 'refused') return { kind: 'refused', object, errors: [tenancy.error] };
  const now = parts.clock.now();
  const standing = readStanding(parts.memory, { spec, source, now });
  return {
    kind: 'ready',
    ref,
    owner,
    object,
    spec,
    terms: { ...spec, ttlMs: boundTtl(parts, spec.ttlMs) },
    status,
    source,
    hosts: tenancy.hosts,
    standing,
    live: (await parts.sink.readOwned(owner)).filter(isOwned),
    force: opensLease(standing.event) ? readForce(object, status) : null,
    now,
  };
}

/** In a cluster a wish out of bounds was refused before; elsewhere it is brought within them. */
function boundTtl({ tenancy, options }: ControllerParts, ttlMs: number): number {
  return tenancy === null ? clampTtl(ttlMs, options.ttl) : ttlMs;
}

async function readSource(
  { objects }: ControllerParts,
  { metadata: { namespace }, sourceName }: EphemeralSecret,
): Promise<GitSource | null> {
  const object = await objects.get({ kind: 'GitSource', namespace, name: sourceName });
  if (object === null || object.metadata.deletionTimestamp !== undefined) return null;
  const parsed = parseGitSource(object);
  return parsed.kind === 'valid' ? parsed.value : null;
}

function isOwned(
  secret: Awaited<ReturnType<ControllerParts['sink']['readOwned']>>[number],
): secret is OwnedSecret {
  return secret.lease !== null;
}

function readForce({ metadata }: StoredObject, { forcedBy }: EphemeralSecretStatus): string | null {
  const force = metadata.annotations[keys.force];
  return force === undefined || force === forcedBy ? null : force;
}
