import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { renderSecretTarget } from '#core/api/kube-resources.ts';
import { refuseAdoption } from '#core/drift/decide-adoption.ts';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { KubeApi, KubeCall } from '#core/ports/kube/kube-api.ts';
import type {
  DesiredSecret,
  LeasedSecret,
  LiveSecret,
  Precondition,
  RenewedSecret,
  SecretLease,
  SecretRef,
} from '#core/ports/secret-sink.ts';
import { renderAnnotations } from './imprint.ts';
import { hasLabel } from './raw-secret.ts';
import { readForeign, readSecret, type KeptSecret } from './read-secret.ts';
import { renderRelease, renderRemovals, renderSecret, type SecretChange } from './render-secret.ts';
import type { SecretMirror } from './secret-mirror.ts';

/** What the operations on Secrets share. */
export interface SinkContext {
  readonly api: KubeApi;
  readonly digest: Digest;
  readonly mirror: SecretMirror;
  /** Ends every call that is under way, at the very end of the program. */
  readonly signal: AbortSignal;
}

/** A name that is not mirrored may be in use: only whether it is, and whether by Mayfly, is asked. */
export async function readLive(context: SinkContext, ref: SecretRef): Promise<LiveSecret | null> {
  const known = context.mirror.get(ref);
  if (known !== null) return known;
  const { api, signal } = context;
  const found = await api.get(renderSecretTarget(ref), { signal, metadataOnly: true });
  if (found === null) return null;
  if (!hasLabel(found)) return readForeign(found);
  const whole = await api.get(renderSecretTarget(ref), { signal });
  if (whole === null) return null;
  return hasLabel(whole) ? context.mirror.learn(whole) : readForeign(whole);
}

export async function createSecret(
  context: SinkContext,
  change: SecretChange,
): Promise<LiveSecret> {
  const { api, digest, mirror } = context;
  const { desired } = change;
  try {
    const body = renderSecret(digest, change);
    const call = callAs(context, desired);
    return mirror.learn(await api.create(renderSecretTarget(desired), body, call));
  } catch (error) {
    if (isMayflyError(error) && error.code === 'MAYFLY_KUBE_EXISTS') {
      throw await explainTaken(context, desired);
    }
    throw error;
  }
}

async function explainTaken(context: SinkContext, { namespace, name }: SecretRef): Promise<Error> {
  const there = await readLive(context, { namespace, name });
  if (there?.lease === null) return createError('MAYFLY_SINK_NOT_OWNED', { namespace, name });
  return conflict({ namespace, name });
}

/**
 * One conditional write, whole or not at all: a server-side apply, or, when something has to go, a merge patch. For
 * apply leaves everything that anybody else owns too, and that is so for each key a Secret was created with.
 */
export async function applySecret(
  context: SinkContext,
  change: SecretChange,
  on: Precondition,
): Promise<LiveSecret> {
  const { api, digest, mirror } = context;
  const { desired } = change;
  const before = await requireState(context, desired, on);
  if (before.type !== desired.type || before.isImmutable) {
    return await replaceSecret(context, change, before);
  }
  const removals = renderRemovals(before, desired);
  const target = renderSecretTarget(desired);
  const call = { ...callAs(context, desired), on: renderOn(on) };
  const written =
    removals === null
      ? await api.apply(target, renderSecret(digest, change), call)
      : await api.patch(target, renderSecret(digest, change, removals), call);
  return mirror.learn(written);
}

/** A read was of metadata alone: whether it may be taken over is decided on the whole of it. */
export async function adoptSecret(
  context: SinkContext,
  change: { readonly desired: DesiredSecret; readonly lease: SecretLease },
  on: Precondition,
): Promise<LiveSecret> {
  const { namespace, name } = change.desired;
  const before = await requireState(context, change.desired, on);
  if (before.lease !== null) throw conflict(before);
  const isControlled = before.foreignOwners.some((owner) => Check(controllerSchema, owner));
  const problem = refuseAdoption({ ...before, isControlled });
  if (problem !== null) {
    throw createError('MAYFLY_SINK_NOT_ADOPTABLE', { namespace, name, problem });
  }
  return await applySecret(context, change, on);
}

const controllerSchema = Type.Object({ controller: Type.Literal(true) });

/** A type and an immutable content cannot be changed: a new Secret takes the place, under a new uid. */
async function replaceSecret(
  context: SinkContext,
  change: SecretChange,
  before: KeptSecret,
): Promise<LiveSecret> {
  await deleteSecret(context, before, callAs(context, change.desired));
  return await createSecret(context, change);
}

/** Content, labels and annotations of the Secret's own stay as they are, drifted or not. */
export async function renewSecret(
  context: SinkContext,
  { ref, lease }: { readonly ref: RenewedSecret; readonly lease: SecretLease },
  on: Precondition,
): Promise<LeasedSecret> {
  const { api, digest, mirror } = context;
  const before = await requireState(context, ref, on);
  if (before.imprint === null) throw conflict(ref);
  const annotations = renderAnnotations(digest, before, { ...before.imprint, lease });
  const body = { metadata: { annotations } };
  const call = { ...callAs(context, ref), on: renderOn(on) };
  const written = await api.patch(renderSecretTarget(ref), body, call);
  return { ...mirror.learn(written), lease };
}

export async function removeSecret(
  context: SinkContext,
  ref: SecretRef,
  on: Precondition,
): Promise<void> {
  const { api, mirror, signal } = context;
  const known = mirror.get(ref);
  if (known !== null && isAt(known, on)) await deleteSecret(context, known, { signal });
  else await api.delete(renderSecretTarget(ref), { signal, on: renderOn(on) });
}

/** A finalizer of somebody else holds up the deletion, but not its effect: the values go first. */
async function deleteSecret(
  { api, mirror }: SinkContext,
  known: KeptSecret,
  call: KubeCall,
): Promise<void> {
  const target = renderSecretTarget(known);
  const isEmptied = known.isHeld && !known.isImmutable && Object.keys(known.digests).length > 0;
  const last = isEmptied
    ? mirror.learn(await api.patch(target, { data: null }, { ...call, on: renderOn(known) }))
    : known;
  await api.delete(target, { ...call, on: renderOn(last) });
  mirror.writes.noteEnd(last);
}

export async function releaseSecret(
  context: SinkContext,
  ref: SecretRef,
  on: Precondition,
): Promise<void> {
  const { api, mirror, signal } = context;
  const before = await requireState(context, ref, on);
  await api.patch(renderSecretTarget(ref), renderRelease(before), { signal, on: renderOn(on) });
  mirror.writes.noteEnd(before);
}

/** Has the mirror know the Secret as it is, or that it is gone or nobody's. To be called during a write. */
export async function lookAgain(
  { api, mirror, signal }: SinkContext,
  ref: SecretRef,
): Promise<void> {
  const found = await api.get(renderSecretTarget(ref), { signal });
  const known = mirror.get(ref);
  if (found !== null && hasLabel(found)) mirror.learn(found);
  else if (known !== null) mirror.writes.noteEnd(known);
}

/** The Secret in the state that a write was decided on, else `MAYFLY_SINK_CONFLICT`. */
async function requireState(
  { api, digest, mirror, signal }: SinkContext,
  ref: SecretRef,
  on: Precondition,
): Promise<KeptSecret> {
  const known = mirror.get(ref);
  if (known !== null && isAt(known, on)) return known;
  // The label was taken off by hand, so nothing is mirrored; or what was decided on is newer than the mirror.
  const found = await api.get(renderSecretTarget(ref), { signal });
  const there = found === null ? null : readSecret(digest, found);
  if (there !== null && isAt(there, on)) return there;
  throw conflict(ref);
}

function isAt({ uid, resourceVersion }: KeptSecret, on: Precondition): boolean {
  return uid === on.uid && resourceVersion === on.resourceVersion;
}

/** What is handed in may be a whole Secret. */
function renderOn({ uid, resourceVersion }: Precondition): Precondition {
  return { uid, resourceVersion };
}

function callAs({ signal }: SinkContext, { writer }: Pick<DesiredSecret, 'writer'>): KubeCall {
  return writer === undefined ? { signal } : { signal, as: writer };
}

export function conflict({ namespace, name }: SecretRef): Error {
  return createError('MAYFLY_SINK_CONFLICT', { namespace, name });
}
