import { formatRef, type ObjectRef, type StoredObject } from '#core/api/object.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject } from '#core/ports/kube/kube-api.ts';
import { diffStatus, isFields, type Fields } from './diff-status.ts';
import { renderTarget } from './targets.ts';

/** The API server keeps no object of more than 1.5 MiB, spec and metadata included. */
const maxStatusBytes = 1024 * 1024;

/** A status to be written over another one. */
export interface StatusWrite {
  readonly ref: ObjectRef;
  /** The object that the status was decided on. */
  readonly object: StoredObject;
  readonly status: object;
}

/** Writes what differs, on that very state; answers null, without a call, when nothing does. */
export async function writeStatus(
  api: KubeApi,
  { ref, object, status }: StatusWrite,
  signal: AbortSignal,
): Promise<KubeObject | null> {
  const before = isFields(object.status) ? object.status : {};
  const patch = diffStatus(before, renderStatus(ref, status));
  if (Object.keys(patch).length === 0) return null;
  const { uid, resourceVersion } = object.metadata;
  const call = { signal, subresource: 'status', on: { uid, resourceVersion } } as const;
  try {
    return await api.patch(renderTarget(ref), { status: patch }, call);
  } catch (error) {
    throw hasMovedOn(error) ? createConflict(ref, error) : error;
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
  return isFields(fields) ? fields : {};
}

function hasMovedOn(error: unknown): boolean {
  if (!isMayflyError(error)) return false;
  return error.code === 'MAYFLY_KUBE_CONFLICT' || error.code === 'MAYFLY_KUBE_NOT_FOUND';
}

export function createConflict(ref: ObjectRef, cause?: unknown): MayflyError {
  const params = { kind: ref.kind, object: formatRef(ref) };
  return createError('MAYFLY_OBJECT_CONFLICT', params, { cause });
}
