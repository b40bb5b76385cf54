import { canary } from '#test/support/canary/find-canary.ts';
import type { Stage } from '#test/support/stage/create-stage.ts';

/** A file whose way to a Secret, or to a refusal, holds the canary. */
export interface LeakyFile {
  readonly name: string;
  /** Of the file's name. */
  readonly type: 'yaml' | 'json' | 'env' | 'ini' | 'bin';
  /** How it becomes a Secret; manifests unless told. */
  readonly target?: object;
  readonly content: (stage: Pick<Stage, 'encrypting' | 'seal'>) => Promise<string>;
}

type Content = LeakyFile['content'];

/** A manifest of which everything but its kind and version may be the canary, all of it encrypted. */
function manifest(change: object, metadata: object = {}): Content {
  const whole = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'leaky', ...metadata },
    stringData: { password: canary },
    ...change,
  };
  // JSON is YAML too.
  return encrypted('leaky.yaml', JSON.stringify(whole));
}

function encrypted(path: string, text: string): Content {
  return async ({ encrypting }) => await encrypting.encrypt(path, text);
}

/** A good file that somebody without the key changed. */
function forged(change: (text: string) => string): Content {
  return async (stage) => {
    const text = await stage.seal('leaky', { user: canary, password: `${canary}2` });
    const changed = change(text);
    if (changed === text) throw new Error('the forgery changes nothing');
    return changed;
  };
}

function plain(text: string): Content {
  return () => Promise.resolve(text);
}

function built(from: string, more: object = {}): object {
  return { secret: { name: 'leaky', from, ...more } };
}

const notEncrypted = { apiVersion: 'v1', kind: 'Secret', stringData: { password: canary } };

export const leakyFiles: readonly LeakyFile[] = [
  { name: 'a manifest as it should be', type: 'yaml', content: manifest({}) },
  {
    name: 'a value that is a map',
    type: 'yaml',
    content: manifest({ stringData: { password: { deeper: canary } } }),
  },
  { name: 'values that are a text', type: 'yaml', content: manifest({ stringData: canary }) },
  { name: 'a value that is no base64', type: 'yaml', content: manifest({ data: { a: canary } }) },
  { name: 'a kind that is a value', type: 'yaml', content: manifest({ kind: canary }) },
  { name: 'a version that is a value', type: 'yaml', content: manifest({ apiVersion: canary }) },
  { name: 'a type that is a value', type: 'yaml', content: manifest({ type: canary }) },
  { name: 'metadata that is a value', type: 'yaml', content: manifest({ metadata: canary }) },
  { name: 'a name that is a value', type: 'yaml', content: manifest({}, { name: canary }) },
  {
    name: 'a namespace that is a value',
    type: 'yaml',
    content: manifest({}, { namespace: canary }),
  },
  {
    name: 'a label that is a value',
    type: 'yaml',
    content: manifest({}, { labels: { team: canary } }),
  },
  {
    name: 'a finalizer that is a value',
    type: 'yaml',
    content: manifest({}, { finalizers: [canary] }),
  },
  {
    name: 'an owner that is a value',
    type: 'yaml',
    content: manifest({}, { ownerReferences: [{ name: canary }] }),
  },
  { name: 'a field that is not known', type: 'yaml', content: manifest({ immutable: canary }) },
  {
    name: 'values over the limit',
    type: 'yaml',
    content: manifest({ stringData: { password: canary.repeat(30_000) } }),
  },
  {
    name: 'a value in the place of another',
    type: 'yaml',
    content: forged((text) => text.replace('user:', 'admin:')),
  },
  {
    name: 'a value removed',
    type: 'yaml',
    content: forged((text) => text.replace(/^ +user: .*\n/mu, '')),
  },
  {
    name: 'a value in the clear',
    type: 'yaml',
    content: forged((text) => text.replace(/user: ENC.*/u, `user: ${JSON.stringify(canary)}`)),
  },
  {
    name: 'a MAC that is cut',
    type: 'yaml',
    content: forged((text) => text.replace(/(mac: ENC\[AES256_GCM,data:)..../u, '$1')),
  },
  { name: 'a file cut in two', type: 'yaml', content: forged((text) => text.slice(0, -300)) },
  { name: 'a manifest in the clear', type: 'yaml', content: plain(JSON.stringify(notEncrypted)) },
  { name: 'broken YAML', type: 'yaml', content: plain(`sops: [\n  ${canary}: {"${canary}\n`) },
  { name: 'broken JSON', type: 'json', content: plain(`{"sops": {"mac": "${canary}`) },
  {
    name: 'broken dotenv',
    type: 'env',
    target: built('dotenv'),
    content: plain(`${canary} without a sign\nsops_mac=${canary}\n`),
  },
  {
    name: 'broken INI',
    type: 'ini',
    target: built('ini'),
    content: plain(`[sops\nmac = ${canary}\n`),
  },
  {
    name: 'dotenv as it should be',
    type: 'env',
    target: built('dotenv'),
    content: encrypted('leaky.env', `PASSWORD=${canary}\n`),
  },
  {
    name: 'JSON whose top is deeper than keys',
    type: 'json',
    target: built('json'),
    content: encrypted('leaky.json', JSON.stringify({ outer: [{ inner: canary }] })),
  },
  {
    name: 'INI as it should be',
    type: 'ini',
    target: built('ini'),
    content: encrypted('leaky.ini', `[db]\npassword = ${canary}\n`),
  },
  {
    name: 'a whole file',
    type: 'bin',
    target: built('file'),
    content: encrypted('leaky.bin', `\0\u0001${canary}`),
  },
  {
    name: 'a picked value that is not there',
    type: 'json',
    target: built('keys', { keys: [{ key: 'a', valuePath: ['no', 'such'] }] }),
    content: encrypted('leaky.json', JSON.stringify({ no: canary })),
  },
  {
    name: 'a picked value that is a map',
    type: 'json',
    target: built('keys', { keys: [{ key: 'a', valuePath: ['map'] }] }),
    content: encrypted('leaky.json', JSON.stringify({ map: { deeper: canary } })),
  },
];
