import type { OwnershipRule } from '../api/ephemeral-secret.ts';
import type { DesiredSecret, LiveSecret } from '../ports/secret-sink.ts';

/** What to do with one Secret, seen beside what is there under its name. */
export type SecretDiff =
  | { readonly kind: 'create' }
  /** Content, type or metadata differ: all of it is written. */
  | { readonly kind: 'apply'; readonly live: LiveSecret }
  /** Only the lease differs. */
  | { readonly kind: 'renew'; readonly live: LiveSecret }
  | { readonly kind: 'leave' }
  /** Not ours yet, and to be taken over. */
  | { readonly kind: 'adopt'; readonly live: LiveSecret }
  /** Somebody else's Secret has the name. */
  | { readonly kind: 'refuse' };

/** A Secret as it should be, without its values: their digests stand for them. */
export interface DesiredShape {
  readonly type: DesiredSecret['type'];
  readonly labels: DesiredSecret['labels'];
  readonly annotations: DesiredSecret['annotations'];
  readonly digests: Readonly<Record<string, string>>;
}

/** What makes a live Secret ours. */
export interface Ownership {
  /** The EphemeralSecret's uid. */
  readonly ownerUid: string;
  /** The Secret's uid by our status; null when there is no row for its name. */
  readonly knownUid: string | null;
  /** Whether a Secret that is nobody's we know may be taken over. */
  readonly rule: OwnershipRule;
}

/**
 * Compares a Secret with what is live. `relet` says that its lease or origin is to be written in any case. A Secret
 * is ours when its lease names our object, or when our status knows its uid; every other one is refused, but for one
 * without a lease that is to be adopted.
 */
export function diffSecret(
  desired: DesiredShape,
  live: LiveSecret | null,
  { ownership, relet }: { readonly ownership: Ownership; readonly relet: boolean },
): SecretDiff {
  if (live === null) return { kind: 'create' };
  if (!isOurs(live, ownership)) return diffForeign(live, ownership);
  if (live.lease === null || !live.intact || !hasShape(live, desired)) {
    return { kind: 'apply', live };
  }
  return relet ? { kind: 'renew', live } : { kind: 'leave' };
}

function diffForeign(live: LiveSecret, { rule }: Ownership): SecretDiff {
  return live.lease === null && rule === 'Adopt' ? { kind: 'adopt', live } : { kind: 'refuse' };
}

/** Whether a live Secret belongs to the EphemeralSecret. */
function isOurs(live: LiveSecret, { ownerUid, knownUid }: Ownership): boolean {
  return live.lease === null ? live.uid === knownUid : live.lease.owner.uid === ownerUid;
}

function hasShape(live: LiveSecret, desired: DesiredShape): boolean {
  return (
    live.type === desired.type &&
    isEqualRecord(live.digests, desired.digests) &&
    isEqualRecord(live.labels, desired.labels) &&
    isEqualRecord(live.annotations, desired.annotations)
  );
}

/** Whether two records hold the same, in whatever order. */
export function isEqualRecord(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  return Object.keys(a).length === Object.keys(b).length && isWithin(a, b);
}

function isWithin(
  part: Readonly<Record<string, string>>,
  whole: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(part).every(
    ([key, value]) => Object.hasOwn(whole, key) && whole[key] === value,
  );
}
