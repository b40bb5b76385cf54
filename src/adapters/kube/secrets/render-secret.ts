import { apiVersion, keys } from '#core/api/object.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { DesiredSecret, SecretLease, SecretOwner } from '#core/ports/secret-sink.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { renderAnnotations } from './imprint.ts';
import type { Texts } from './raw-secret.ts';
import type { KeptSecret } from './read-secret.ts';

/** A Secret as it is to be, and under which lease. */
export interface SecretChange {
  readonly desired: DesiredSecret;
  readonly lease: SecretLease;
}

/**
 * The body of a write. Holds the values as base64, in strings that cannot be wiped: make it right before it is sent,
 * and keep it nowhere.
 */
export function renderSecret(
  digest: Digest,
  { desired, lease }: SecretChange,
  removals: Removals = noRemovals,
): object {
  const { namespace, name, type, labels, annotations, values } = desired;
  const own = renderAnnotations(digest, desired, { lease, shape: { type, labels, annotations } });
  const texts = [...values].map(([key, value]): [string, string] => [key, encode(value)]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type,
    metadata: {
      namespace,
      name,
      labels: { ...labels, ...removals.labels, [keys.managed]: 'true' },
      annotations: { ...annotations, ...removals.annotations, ...own },
      ownerReferences: [renderOwner(lease.owner)],
    },
    data: { ...Object.fromEntries(texts), ...removals.data },
  };
}

function encode(value: SecretBytes): string {
  const { buffer, byteOffset, byteLength } = value.expose();
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Without a hold on the owner: it may go first, and the garbage collector takes its Secrets along. */
function renderOwner({ kind, name, uid }: SecretOwner): object {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: false };
}

/**
 * What has to go for a Secret to be as desired, each as the null of a merge patch; null when nothing has to. Owners of
 * others go with the list that the body has.
 */
export function renderRemovals(before: KeptSecret, desired: DesiredSecret): Removals | null {
  const { digests, imprint, foreignOwners } = before;
  // Without a lease nobody knows which labels Mayfly wrote, so all are left.
  const written = imprint === null ? noRemovals : imprint.shape;
  const removals = {
    labels: nullsFor(written.labels, (key) => Object.hasOwn(desired.labels, key)),
    annotations: nullsFor(written.annotations, (key) => Object.hasOwn(desired.annotations, key)),
    data: nullsFor(digests, (key) => desired.values.has(key)),
  };
  const isEmpty = Object.values(removals).every((nulls) => Object.keys(nulls).length === 0);
  return isEmpty && foreignOwners.length === 0 ? null : removals;
}

type Nulls = Readonly<Record<string, null>>;

const noRemovals = { labels: {}, annotations: {}, data: {} };
type Removals = Readonly<Record<keyof typeof noRemovals, Nulls>>;

function nullsFor(live: Texts, isKept: (key: string) => boolean): Nulls {
  const gone = Object.keys(live).filter((key) => !isKept(key));
  return Object.fromEntries(gone.map((key) => [key, null]));
}

const ownAnnotations: readonly string[] = [
  keys.expiresAt,
  keys.issuedAt,
  keys.revision,
  keys.source,
  keys.path,
  keys.digest,
  keys.lease,
];

/** Takes off everything that makes a Secret Mayfly's; its content and the owners that others gave it stay. */
export function renderRelease({ foreignOwners }: KeptSecret): object {
  return {
    metadata: {
      labels: { [keys.managed]: null },
      annotations: Object.fromEntries(ownAnnotations.map((key) => [key, null])),
      ownerReferences: foreignOwners.length === 0 ? null : foreignOwners,
    },
  };
}
