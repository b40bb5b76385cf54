import { createError } from '#core/errors/mayfly-error.ts';
import { encodeText } from '#core/format/utf8.ts';
import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import type { KubeResource } from '#core/ports/kube/kube-api.ts';
import { isRecord } from '#core/text/read-field.ts';
import { createCallBudget } from '#platform/kube/call-budget.ts';
import { renderNameRequest } from '#platform/kube/wire/render-request.ts';
import { createCaller, type CallerDeps } from './caller.ts';

export interface ClusterKeysOptions {
  readonly version: string;
  /** Our own. */
  readonly namespace: string;
}

const configMaps: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
};
const paths = { document: '/.well-known/openid-configuration', keys: '/openid/v1/jwks' } as const;
/** Keys are read twice a minute for each issuer at most. */
const budget = { perSecond: 5, burst: 20, mostWaiting: 100 };
const bounds = { timeoutMs: 5_000, connectTimeoutMs: 3_000, mostConnections: 2 };
/** A ConfigMap holds 1 MiB. */
const answerBytes = 2 * 1024 * 1024;

/** {@link ClusterKeys} of the API server that the configuration names: our token goes to its address alone. */
export function createClusterKeys(
  deps: Omit<CallerDeps, 'budget' | 'mayWrite'>,
  { version, namespace }: ClusterKeysOptions,
): ClusterKeys {
  const caller = createCaller(
    { ...deps, budget: createCallBudget(deps.clock, budget), mayWrite: () => false },
    { ...bounds, userAgent: `mayfly/${version}`, answerBytes },
  );
  return {
    readApiServer: async (what, signal) => {
      const path = paths[what];
      const request = { verb: 'get', method: 'GET', path, resource: 'issuer' } as const;
      const headers = { accept: 'application/json, application/jwk-set+json' };
      const answer = await caller.call({ ...request, headers, what: `get ${path}` }, { signal });
      return encodeText(JSON.stringify(answer));
    },
    readConfigMap: async (name, key, signal) => {
      const target = { resource: configMaps, namespace, name };
      const object = await caller.call(renderNameRequest(target, { verb: 'get' }), { signal });
      return readKey(object, key);
    },
  };
}

function readKey(object: unknown, key: string): Uint8Array | null {
  if (object === null) return null;
  const texts = isRecord(object) ? (object['data'] ?? {}) : null;
  if (!isRecord(texts)) {
    throw createError('MAYFLY_KUBE_ANSWER', { what: 'get configmaps', problem: 'no ConfigMap' });
  }
  const { [key]: text } = texts;
  return typeof text === 'string' ? encodeText(text) : null;
}
