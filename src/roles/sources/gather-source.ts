import { parseGitSource, type GitSource } from '#core/api/git-source.ts';
import { keys, type ObjectRef, type StoredObject } from '#core/api/object.ts';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { AcceptedRevision } from '#core/ports/git/git-repository.ts';
import { rememberBy } from '#platform/state/remember-by.ts';
import { askTenancy } from '../tenancy/ask-tenancy.ts';
import type { SourceParts, SourceRecord } from './source-parts.ts';

/** Everything one look at a GitSource is decided on. */
export type SourceInput =
  | { readonly kind: 'gone' }
  | {
      /** The spec is wrong, or asks for what is not allowed. */
      readonly kind: 'refused';
      readonly object: StoredObject;
      readonly errors: readonly MayflyError[];
    }
  | ReadySource;

export interface ReadySource {
  readonly kind: 'ready';
  readonly object: StoredObject;
  readonly source: GitSource;
  readonly hosts: readonly string[] | null;
  /** What was accepted before, from whichever origin. */
  readonly record: SourceRecord;
  /** Digest of address and reference: what was accepted from another origin does not count. */
  readonly origin: string;
  /** What a new commit must descend from; null at first sight and when it is forced. */
  readonly accepted: AcceptedRevision | null;
  /** Value of the force annotation that this pass obeys. */
  readonly force: string | null;
}

/** Of each object as it is stored. */
const parseOnce = rememberBy(parseGitSource);

export async function gatherSource(parts: SourceParts, ref: ObjectRef): Promise<SourceInput> {
  const object = await parts.objects.get(ref);
  if (object === null || object.metadata.deletionTimestamp !== undefined) return { kind: 'gone' };
  const parsed = parseOnce(object);
  if (parsed.kind === 'invalid') return { kind: 'refused', object, errors: parsed.errors };
  const tenancy = await askTenancy(parts, { ...ref, source: parsed.value, secret: null });
  if (tenancy.kind === 'refused') return { kind: 'refused', object, errors: [tenancy.error] };
  const record = parts.records.read(object);
  const origin = digestOrigin(parts.digest, parsed.value);
  const force = readForce(object, record);
  const isKnown = force === null && record.origin === origin;
  const accepted = isKnown ? readAccepted(record) : null;
  const { hosts } = tenancy;
  return { kind: 'ready', object, source: parsed.value, hosts, record, origin, accepted, force };
}

function digestOrigin(digest: SourceParts['digest'], { url, ref }: GitSource): string {
  return digest.sha256Hex(new TextEncoder().encode(JSON.stringify([url, ref]))).slice(0, 32);
}

function readForce({ metadata }: StoredObject, { forcedBy }: SourceRecord): string | null {
  const force = metadata.annotations[keys.force];
  return force === undefined || force === forcedBy ? null : force;
}

function readAccepted({ revision, tag }: SourceRecord): AcceptedRevision | null {
  if (revision === undefined) return null;
  return tag === undefined ? { commit: revision } : { commit: revision, tag };
}
