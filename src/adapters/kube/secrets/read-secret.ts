import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { apiGroup, keys } from '#core/api/object.ts';
import { isEqualRecord } from '#core/drift/diff-secret.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { LiveSecret } from '#core/ports/secret-sink.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import { findForeignWriter, readMeta } from '#platform/kube/mirror/whole-meta.ts';
import { openImprint, renderReadable, type Imprint } from './imprint.ts';
import { readContent, type Texts } from './raw-secret.ts';

/** A Secret as the mirror keeps it: everything that is decided on, and no value. */
export interface KeptSecret extends LiveSecret {
  readonly imprint: Imprint | null;
  /** The lease annotation as it stands, to tell one write from another. */
  readonly sealed: string | null;
  /** Somebody made it immutable; Mayfly never does. */
  readonly isImmutable: boolean;
  /** A finalizer would hold up its deletion. */
  readonly isHeld: boolean;
  /** Its deletion was asked for and is held up. */
  readonly isEnding: boolean;
  readonly foreignOwners: readonly unknown[];
  /** Who beside Mayfly wrote to it last. */
  readonly manager: string | null;
}

/** Takes the digests of the values and drops them. */
export function readSecret(digest: Digest, object: KubeObject): KeptSecret {
  const meta = readMeta(object);
  const { namespace, name, uid, resourceVersion } = meta;
  const sealed = meta.annotations[keys.lease] ?? null;
  const imprint = sealed === null ? null : openImprint(digest, meta, sealed);
  return {
    namespace,
    name,
    uid,
    resourceVersion,
    ...compare(digest, object, imprint),
    imprint,
    sealed,
    isImmutable: object['immutable'] === true,
    isHeld: meta.finalizers.length > 0,
    isEnding: meta.deletionTimestamp !== undefined,
    foreignOwners: meta.ownerReferences.filter((owner) => !isOwnReference(owner, imprint)),
    manager: findForeignWriter(meta),
  };
}

/** A Secret of somebody else: only that it is there. */
export function readForeign(object: KubeObject): LiveSecret {
  const { namespace, name, uid, resourceVersion } = readMeta(object);
  const nothing = { type: '', labels: {}, annotations: {}, digests: {} };
  return { namespace, name, uid, resourceVersion, ...nothing, lease: null, intact: true };
}

type Content = Omit<LiveSecret, 'namespace' | 'name' | 'uid' | 'resourceVersion'>;

/** The content as it is, beside how it was written. */
function compare(digest: Digest, object: KubeObject, imprint: Imprint | null): Content {
  const shape = readShape(object, imprint);
  const digests = digestContent(digest, object);
  if (imprint === null) return { ...shape, digests, lease: null, intact: false };
  const { lease } = imprint;
  const intact =
    isTidy(digest, object, imprint) &&
    isSameShape(shape, imprint.shape) &&
    isEqualRecord(digests, lease.digests);
  // What is equal is held once.
  if (intact) return { ...imprint.shape, digests: lease.digests, lease, intact };
  return { ...shape, digests, lease, intact };
}

function digestContent(digest: Digest, object: KubeObject): Texts {
  const values = new Map<string, SecretBytes>();
  for (const [key, text] of Object.entries(readContent(object))) {
    values.set(key, SecretBytes.take(Buffer.from(text, 'base64')));
  }
  const digests = digestValues(digest, readMeta(object), values);
  for (const value of values.values()) value.wipe();
  return digests;
}

type Shape = Imprint['shape'];

/** Type, and the labels and annotations that Mayfly wrote, as they are now; those of others do not count. */
function readShape(object: KubeObject, imprint: Imprint | null): Shape {
  const { labels, annotations } = readMeta(object);
  const type = typeof object['type'] === 'string' ? object['type'] : '';
  if (imprint === null) {
    return { type, labels: withoutOwn(labels), annotations: withoutOwn(annotations) };
  }
  const { shape } = imprint;
  return {
    type,
    labels: pick(labels, shape.labels),
    annotations: pick(annotations, shape.annotations),
  };
}

function withoutOwn(texts: Texts): Texts {
  const others = Object.entries(texts).filter(([key]) => !key.startsWith(`${apiGroup}/`));
  return Object.fromEntries(others);
}

function pick(live: Texts, written: Texts): Texts {
  return Object.fromEntries(Object.entries(live).filter(([key]) => Object.hasOwn(written, key)));
}

function isSameShape(a: Shape, b: Shape): boolean {
  return (
    a.type === b.type &&
    isEqualRecord(a.labels, b.labels) &&
    isEqualRecord(a.annotations, b.annotations)
  );
}

/** Whether nobody changed what stands around the content. */
function isTidy(digest: Digest, object: KubeObject, imprint: Imprint): boolean {
  const { ownerReferences, annotations } = readMeta(object);
  const readable = renderReadable(digest, imprint);
  return (
    object['immutable'] !== true &&
    ownerReferences.length === 1 &&
    isOwnReference(ownerReferences[0], imprint) &&
    isEqualRecord(pick(annotations, readable), readable)
  );
}

const ownerSchema = Type.Object({ uid: Type.String(), kind: Type.String(), name: Type.String() });

function isOwnReference(reference: unknown, imprint: Imprint | null): boolean {
  if (imprint === null || !Check(ownerSchema, reference)) return false;
  const { uid, kind, name } = imprint.lease.owner;
  return reference.uid === uid && reference.kind === kind && reference.name === name;
}
