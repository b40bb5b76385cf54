import { parseEphemeralSecret, type EphemeralSecret } from '#core/api/ephemeral-secret.ts';
import { parseGitSource, type GitSource } from '#core/api/git-source.ts';
import { keys, type ObjectRef, type StoredObject } from '#core/api/object.ts';
import type { EphemeralSecretStatus } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { parseEphemeralSecretStatus } from '#core/api/status/status.ts';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import { clampTtl } from '#core/lease/clamp-ttl.ts';
import { opensLease } from '#core/lease/decide-window.ts';
import type { LeaseTerms } from '#core/lease/decide-lease.ts';
import type { SecretOwner } from '#core/ports/secret-sink.ts';
import type { Instant } from '#core/ports/time.ts';
import { isSelected } from '#core/labels/label-selector.ts';
import { checkPlace } from '#core/sync/check-place.ts';
import type { OwnedSecret } from '#core/sync/decide-sync.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { askTenancy } from '../../tenancy/ask-tenancy.ts';
import { readUsage, type PassUsage } from './read-usage.ts';
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
  | ElsewhereSecret
  /** The pods of its namespace are not known yet. */
  | { readonly kind: 'waiting'; readonly object: StoredObject }
  | ReadySecret;

export interface ParsedSecret {
  readonly ref: ObjectRef;
  readonly owner: SecretOwner;
  readonly object: StoredObject;
  readonly spec: EphemeralSecret;
  readonly terms: LeaseTerms;
  readonly status: EphemeralSecretStatus;
  readonly live: readonly OwnedSecret[];
  readonly now: Instant;
}

/** It is for other clusters than this one. */
export interface ElsewhereSecret extends ParsedSecret {
  readonly kind: 'elsewhere';
}

export interface ReadySecret extends ParsedSecret {
  readonly kind: 'ready';
  /** Null when there is none, or its spec is wrong. */
  readonly source: GitSource | null;
  /** The hosts that its source was allowed for; null: those of the configuration. */
  readonly hosts: readonly string[] | null;
  readonly standing: SourceStanding;
  /** Null unless Secrets are to be there only while they are used. */
  readonly usage: PassUsage | null;
  /** Value of the force annotation that this pass obeys; it is not used up while nothing may be issued. */
  readonly force: string | null;
}

export async function gatherSecret(parts: ControllerParts, ref: ObjectRef): Promise<SecretInput> {
  const object = await parts.objects.get(ref);
  if (object === null || object.metadata.deletionTimestamp !== undefined) return { kind: 'gone' };
  const parsed = parseEphemeralSecret(object);
  if (parsed.kind === 'invalid') return { kind: 'refused', object, errors: parsed.errors };
  const misplaced = checkPlace(parsed.value, parts.options.place);
  if (misplaced.length > 0) return { kind: 'refused', object, errors: misplaced };
  const secret = await readParsed(parts, { ref, object, spec: parsed.value });
  return isForCluster(parts, secret.spec)
    ? await gatherHere(parts, secret)
    : { kind: 'elsewhere', ...secret };
}

async function readParsed(
  parts: ControllerParts,
  { ref, object, spec }: Pick<ParsedSecret, 'ref' | 'object' | 'spec'>,
): Promise<ParsedSecret> {
  const owner = { ...ref, uid: object.metadata.uid };
  return {
    ref,
    owner,
    object,
    spec,
    terms: { ...spec, ttlMs: boundTtl(parts, spec.ttlMs) },
    status: parseEphemeralSecretStatus(object),
    live: (await parts.sink.readOwned(owner)).filter(isOwned),
    now: parts.clock.now(),
  };
}

function isForCluster({ options }: ControllerParts, { clusters }: EphemeralSecret): boolean {
  return clusters === null || isSelected(clusters, options.clusterLabels);
}

async function gatherHere(parts: ControllerParts, secret: ParsedSecret): Promise<SecretInput> {
  const { ref, object, spec, status, now } = secret;
  const source = await readSource(parts, spec);
  const tenancy = await askTenancy(parts, { ...ref, source, secret: spec });
  if (tenancy.kind === 'refused') return { kind: 'refused', object, errors: [tenancy.error] };
  const usage = readUsage(parts, secret);
  if (usage === 'unknown') return { kind: 'waiting', object };
  const standing = readStanding(parts.memory, { spec, source, now });
  const force = opensLease(standing.event) ? readForce(object, status) : null;
  return { kind: 'ready', ...secret, source, hosts: tenancy.hosts, standing, usage, force };
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
