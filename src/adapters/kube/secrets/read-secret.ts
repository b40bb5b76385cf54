import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { apiGroup, keys } from '#core/api/object.ts';
import { isEqualRecord } from '#core/drift/diff-secret.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { KubeObject } from '#core/ports/kube-api.ts';
import type { LiveSecret } from '#core/ports/secret-sink.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import { openImprint, renderReadable, type Imprint } from './imprint.ts';
import { findForeignManager, parseRaw, type RawSecret, type Texts } from './raw-secret.ts';

/** A Secret as the mirror keeps it: everything that is decided on, and no value. */
export interface KeptSecret {
  readonly live: LiveSecret;
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
  const raw = parseRaw(object);
  const { isImmutable, isHeld, isEnding } = raw;
  const sealed = raw.annotations[keys.lease] ?? null;
  const imprint = sealed === null ? null : openImprint(digest, raw, sealed);
  return {
    live: readLive(digest, raw, imprint),
    imprint,
    sealed,
    isImmutable,
    isHeld,
    isEnding,
    foreignOwners: raw.owners.filter((owner) => !isOwnReference(owner, imprint)),
    manager: findForeignManager(raw),
  };
}

/** A Secret of somebody else: only that it is there. */
export function readForeign({ metadata }: KubeObject): LiveSecret {
  const { name, namespace = '', uid, resourceVersion } = metadata;
  const nothing = { type: '', labels: {}, annotations: {}, digests: {} };
  return { namespace, name, uid, resourceVersion, ...nothing, lease: null, intact: true };
}

function readLive(digest: Digest, raw: RawSecret, imprint: Imprint | null): LiveSecret {
  const { namespace, name, uid, resourceVersion } = raw;
  const shape = readShape(raw, imprint);
  const digests = digestContent(digest, raw);
  const live = { namespace, name, uid, resourceVersion };
  if (imprint === null) return { ...live, ...shape, digests, lease: null, intact: false };
  const { lease } = imprint;
  const intact =
    isTidy(digest, raw, imprint) &&
    isSameShape(shape, imprint.shape) &&
    isEqualRecord(digests, lease.digests);
  // What is equal is held once.
  if (intact) return { ...live, ...imprint.shape, digests: lease.digests, lease, intact };
  return { ...live, ...shape, digests, lease, intact };
}

function digestContent(digest: Digest, raw: RawSecret): Texts {
  const values = new Map<string, SecretBytes>();
  for (const [key, text] of Object.entries(raw.content)) {
    values.set(key, SecretBytes.take(Buffer.from(text, 'base64')));
  }
  const digests = digestValues(digest, raw, values);
  for (const value of values.values()) value.wipe();
  return digests;
}

type Shape = Imprint['shape'];

/** Type, and the labels and annotations that Mayfly wrote, as they are now; those of others do not count. */
function readShape({ type, labels, annotations }: RawSecret, imprint: Imprint | null): Shape {
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
function isTidy(digest: Digest, raw: RawSecret, imprint: Imprint): boolean {
  const readable = renderReadable(digest, imprint);
  return (
    !raw.isImmutable &&
    raw.owners.length === 1 &&
    isOwnReference(raw.owners[0], imprint) &&
    isEqualRecord(pick(raw.annotations, readable), readable)
  );
}

const ownerSchema = Type.Object({ uid: Type.String(), kind: Type.String(), name: Type.String() });

function isOwnReference(reference: unknown, imprint: Imprint | null): boolean {
  if (imprint === null || !Check(ownerSchema, reference)) return false;
  const { uid, kind, name } = imprint.lease.owner;
  return reference.uid === uid && reference.kind === kind && reference.name === name;
}
