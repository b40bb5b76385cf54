import { readFile } from 'node:fs/promises';
import { pushHookToken } from '../push-hook.ts';
import type { SourceStage } from '../sync/source-stage.ts';
import type { NewObject } from './cluster-objects.ts';

export const sourceName = 'source';

/** The Secrets that a tenant brings to each namespace. */
export async function renderKeys(
  { sealed, server }: SourceStage,
  spaces: readonly string[],
): Promise<readonly NewObject[]> {
  const identity = await readFile(sealed.identityFile, 'utf8');
  return spaces.flatMap((namespace) => [
    { metadata: { name: 'age', namespace }, stringData: { 'keys.txt': identity } },
    { metadata: { name: 'git', namespace }, stringData: { 'ca.crt': server.caPem } },
    { metadata: { name: 'hook', namespace }, stringData: { token: pushHookToken } },
  ]);
}

/** Asked once an hour: what is measured is started by a push alone. */
export function renderSource(namespace: string, url: string): NewObject {
  const spec = {
    url,
    ref: { branch: 'main' },
    interval: '1h',
    timeout: '60s',
    auth: { type: 'none', secretRef: { name: 'git' } },
    hook: { type: 'generic', secretRef: { name: 'hook' } },
  };
  return renderObject('GitSource', { name: sourceName, namespace }, spec);
}

export interface Wish {
  readonly space: string;
  readonly name: string;
  readonly path: string;
  readonly spec: object;
}

export function renderSecret({ space, name, path, spec }: Wish): NewObject {
  const whole = {
    sourceRef: { name: sourceName },
    path,
    decryption: { keys: [{ secretRef: { name: 'age' } }] },
    target: { manifests: {} },
    ttl: '24h',
    ...spec,
  };
  return renderObject('EphemeralSecret', { name, namespace: space }, whole);
}

function renderObject(kind: string, metadata: NewObject['metadata'], spec: object): NewObject {
  return { apiVersion: 'mayfly.dev/v1alpha1', kind, metadata, spec } as NewObject;
}
