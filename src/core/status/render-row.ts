import type { Condition } from '../api/status/condition.ts';
import {
  parseEphemeralSecretStatus,
  parseGitSourceStatus,
  parsePlainStatus,
  type StatusHolder,
} from '../api/status/status.ts';
import { catalogue } from '../errors/catalogue.ts';
import { isMayflyError } from '../errors/mayfly-error.ts';
import type { StatusRow } from './status-answer.ts';

/** What a person is told of an object, by its status; of one whose status cannot be read that, with its code. */
export function renderStatusRow(object: StatusHolder): StatusRow {
  const { namespace, name } = object.metadata;
  const head = { kind: object.kind, namespace, name };
  try {
    return { ...head, ...renderStatus(object) };
  } catch (error) {
    const { message, code } = nameFailure(error);
    return { ...head, ready: 'False', reason: 'StatusUnreadable', message, code, failures: [] };
  }
}

function renderStatus(object: StatusHolder): Omit<StatusRow, 'kind' | 'namespace' | 'name'> {
  if (object.kind === 'GitSource') {
    const { conditions, revision } = parseGitSourceStatus(object);
    return { ...renderReady(conditions), ...optional('revision', revision), failures: [] };
  }
  if (object.kind !== 'EphemeralSecret') {
    return { ...renderReady(parsePlainStatus(object).conditions), failures: [] };
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
