import type { Condition } from '#core/api/status/condition.ts';
import { formatRef, localKindNames, type StoredObject } from '#core/api/object.ts';
import { parseEphemeralSecretStatus, parseGitSourceStatus } from '#core/api/status/status.ts';
import { catalogue } from '#core/errors/catalogue.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import type { StatusRow } from '#platform/status/status-answer.ts';

/** All objects, by kind, namespace and name. */
export async function listRows(objects: Pick<ObjectApi, 'list'>): Promise<StatusRow[]> {
  const rows: StatusRow[] = [];
  for (const kind of localKindNames) {
    const all = await objects.list(kind);
    rows.push(...all.toSorted(byRef).map(renderRow));
  }
  return rows;
}

function byRef(left: StoredObject, right: StoredObject): number {
  return formatRef(left.metadata) < formatRef(right.metadata) ? -1 : 1;
}

function renderRow(object: StoredObject): StatusRow {
  const { namespace, name } = object.metadata;
  const head = { kind: object.kind, namespace, name };
  try {
    return { ...head, ...renderStatus(object) };
  } catch (error) {
    const { message, code } = nameFailure(error);
    return { ...head, ready: 'False', reason: 'StatusUnreadable', message, code, failures: [] };
  }
}

function renderStatus(object: StoredObject): Omit<StatusRow, 'kind' | 'namespace' | 'name'> {
  if (object.kind === 'GitSource') {
    const { conditions, revision } = parseGitSourceStatus(object);
    return { ...renderReady(conditions), ...optional('revision', revision), failures: [] };
  }
  const status = parseEphemeralSecretStatus(object);
  const failures = (status.failures ?? []).map(({ path, code, message }) => ({
    path,
    code,
    message,
  }));
  return {
    ...renderReady(status.conditions),
    ...optional('revision', status.revision),
    ...optional('expiresAt', status.expiresAt),
    ...optional('secrets', status.secretCount),
    failures,
  };
}

function renderReady(
  conditions: readonly Condition[] = [],
): Pick<StatusRow, 'ready' | 'reason' | 'message' | 'code'> {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined) {
    return { ready: 'Unknown', reason: 'Progressing', message: 'not looked at yet' };
  }
  const { status, reason, message } = ready;
  return { ready: status, reason, message, ...optional('code', findCode(reason)) };
}

/** `GitRewind` is the reason made from `MAYFLY_GIT_REWIND`. */
function findCode(reason: string): string | undefined {
  const words = reason.replace(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase();
  const code = `MAYFLY${words}`;
  return Object.hasOwn(catalogue, code) ? code : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const entry: Partial<Record<K, V>> = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}

function nameFailure(error: unknown): { readonly message: string; readonly code: string } {
  if (isMayflyError(error)) return error;
  throw error;
}
