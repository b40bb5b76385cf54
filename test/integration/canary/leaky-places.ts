import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canary } from '#test/support/canary/find-canary.ts';

/** A sink that cannot take the secret that is the canary. */
export interface Sink {
  readonly name: string;
  readonly code: string;
  readonly put: (directory: string) => Promise<void>;
  readonly entry?: object;
}

export const sinks: readonly Sink[] = [
  { name: 'missing', code: 'MAYFLY_SINK_DIRECTORY_MISSING', put: () => Promise.resolve() },
  {
    name: 'unsafe',
    code: 'MAYFLY_SINK_DIRECTORY_UNSAFE',
    put: async (directory) => {
      await mkdir(directory);
      await chmod(directory, 0o777);
    },
  },
  {
    name: 'taken',
    code: 'MAYFLY_SINK_NOT_OWNED',
    put: async (directory) => {
      await mkdir(join(directory, 'leaky'), { recursive: true });
    },
  },
  {
    name: 'blocked',
    code: 'MAYFLY_FOLDER_NOT_PLAIN',
    put: async (directory) => await writeFile(directory, ''),
  },
  {
    name: 'on-disk',
    code: 'MAYFLY_SINK_ON_DISK',
    put: async (directory) => await mkdir(directory),
    entry: { allowDisk: false },
  },
];

/** Files of objects with the canary where it does not belong. */
export const objectFiles: Readonly<Record<string, string>> = {
  'plain-secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: x }\nstringData: { a: '${canary}' }\n`,
  'broken.yaml': `a: '${canary}'\nb: [ '${canary}'\n`,
  'twice.yaml': `a: '${canary}'\na: '${canary}'\n`,
  'tagged.yaml': `a: !${encodeURIComponent(canary)} '${canary}'\n`,
  'kind.yaml': `apiVersion: mayfly.dev/v1alpha1\nkind: '${canary}'\nmetadata: { name: x, namespace: shop }\n`,
  'field.yaml': `apiVersion: mayfly.dev/v1alpha1\nkind: GitSource\nmetadata: { name: x, namespace: shop }\nspec: { url: 'https://u:${encodeURIComponent(canary)}@x/y', ref: { branch: '${canary}' }, interval: '${canary}' }\n`,
};

/** Configurations with the canary where it does not belong. */
export const configurations: readonly string[] = [
  `log: { level: '${canary}' }`,
  `lease: { minTtl: '${canary}' }`,
  `http: { listen: '${canary}' }`,
  `git: { allowedHosts: ['${canary}'] }`,
  `sinks: [{ namespace: '${canary}', directory: '${canary}' }]`,
  `sinks: '${canary}'`,
  `stateDir: ['${canary}'`,
];

/** What somebody sends to the sockets. */
export const requests: readonly { readonly method: string; readonly path: string }[] = [
  { method: 'POST', path: '/v1/reconcile' },
  { method: 'GET', path: `/v1/${encodeURIComponent(canary)}` },
  { method: 'PUT', path: '/v1/status' },
];
