import { setTimeout as delay } from 'node:timers/promises';
import { renderSecretTarget } from '#core/api/kube-resources.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import { isRecord } from '#core/text/read-field.ts';

/** The certificate and the key of the webhook's Secret. */
export interface ServedPair {
  readonly certPem: string;
  readonly keyPem: string;
}

const target = renderSecretTarget({ namespace: 'mayfly-system', name: 'mayfly-webhook-tls' });

export async function readPair(api: KubeApi, signal: AbortSignal): Promise<ServedPair> {
  const values: unknown = (await api.get(target, { signal }))?.['data'];
  function decode(key: string): string {
    const text: unknown = isRecord(values) ? values[key] : '';
    return Buffer.from(typeof text === 'string' ? text : '', 'base64').toString();
  }
  return { certPem: decode('tls.crt'), keyPem: decode('tls.key') };
}

/** Does what a kubelet does: hands over what is in the Secret, some time after it was put there. */
export async function copyLate(
  api: KubeApi,
  { lateMs, take }: { readonly lateMs: number; readonly take: (pair: ServedPair) => Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  let known = '';
  while (!signal.aborted) {
    const pair = await readPair(api, signal).catch(() => null);
    await delay(lateMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted || pair === null || pair.certPem === known) continue;
    known = pair.certPem;
    await take(pair);
  }
}
