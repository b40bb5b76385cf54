import { renderOwnTarget } from '#core/api/kube-resources.ts';
import { formatRef, type ObjectRef, type StoredObject } from '#core/api/object.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { KindMirror } from './kind-mirror.ts';
import { diffStatus, type Fields } from './diff-status.ts';
import { isRecord } from '#core/text/read-field.ts';

/** The API server keeps no object of more than 1.5 MiB, spec and metadata included. */
const maxStatusBytes = 1024 * 1024;

/** A status to be written over another one. */
export interface StatusWrite {
  readonly ref: ObjectRef;
  /** The object that the status was decided on. */
  readonly object: StoredObject;
  readonly status: object;
}

export interface StatusWriter {
  readonly api: KubeApi;
  /** Ends the call. */
  readonly signal: AbortSignal;
  /** What takes in the object as the server says it is. */
  readonly mirror: Pick<KindMirror, 'learn'>;
}

/** Writes what differs, on that very state; without a call when nothing does. Of a lost race it learns the outcome. */
export async function writeStatus(
  { api, signal, mirror }: StatusWriter,
  { ref, object, status }: StatusWrite,
): Promise<void> {
  const before = isRecord(object.status) ? object.status : {};
  const patch = diffStatus(before, renderStatus(ref, status));
  if (Object.keys(patch).length === 0) return;
  const { uid, resourceVersion } = object.metadata;
  const target = renderOwnTarget(ref);
  const call = { signal, subresource: 'status', on: { uid, resourceVersion } } as const;
  try {
    mirror.learn(await api.patch(target, { status: patch }, call));
  } catch (error) {
    if (!hasMovedOn(error)) throw error;
    const found = await api.get(target, { signal });
    if (found !== null) mirror.learn(found);
    throw createConflict(ref, error);
  }
}

/** As JSON carries it: fields that are undefined are none. */
function renderStatus(ref: ObjectRef, status: object): Fields {
  const text = JSON.stringify(status);
  if (Buffer.byteLength(text) > maxStatusBytes) {
    throw createError('MAYFLY_OBJECT_STATUS_TOO_LARGE', {
      kind: ref.kind,
      object: formatRef(ref),
      limit: maxStatusBytes,
    });
  }
  const fields: unknown = JSON.parse(text);
  return isRecord(fields) ? fields : {};
}

function hasMovedOn(error: unknown): boolean {
  if (!isMayflyError(error)) return false;
  return error.code === 'MAYFLY_KUBE_CONFLICT' || error.code === 'MAYFLY_KUBE_NOT_FOUND';
}

export function createConflict(ref: ObjectRef, cause?: unknown): MayflyError {
  const params = { kind: ref.kind, object: formatRef(ref) };
  return createError('MAYFLY_OBJECT_CONFLICT', params, { cause });
}
