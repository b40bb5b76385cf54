import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import { isEqual, mapAt } from './json-tree.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u;

/** `stringData` is only ever written; the type has a default. */
export function withSecretDefaults(object: KubeObject): KubeObject {
  const { stringData: _, ...rest } = { stringData: {}, ...object };
  const texts = Object.entries(mapAt(object, 'stringData')).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString('base64'),
  ]);
  const type = object['type'] ?? 'Opaque';
  if (texts.length === 0) return { ...rest, type };
  return { ...rest, type, data: { ...mapAt(object, 'data'), ...Object.fromEntries(texts) } };
}

/** What the API server validates of a Secret beside its name. */
export function checkSecret(before: KubeObject | null, after: KubeObject, what: string): void {
  const refused = createError('MAYFLY_KUBE_REFUSED', { what, reason: 'Invalid' });
  const values = Object.values(mapAt(after, 'data'));
  if (values.some((value) => typeof value !== 'string' || !base64.test(value))) throw refused;
  if (before === null) return;
  if (before['type'] !== after['type']) throw refused;
  if (before['immutable'] !== true) return;
  if (after['immutable'] !== true || !isEqual(before['data'], after['data'])) throw refused;
}
