import { describe, expect, it } from '@jest/globals';
import { readManifest } from '#core/sync/content/read-manifest.ts';
import type { DesiredSecret } from '#core/ports/secret-sink.ts';
import { wipeTree } from '#core/secret/secret-tree.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';
import { toNode } from '#test/support/memory/memory-decryptor.ts';

const place = { path: 'apps/db.yaml', document: 2, namespace: 'prod' };

function read(manifest: unknown): DesiredSecret {
  const node = toNode(manifest);
  try {
    return readManifest(node, place);
  } finally {
    wipeTree(node);
  }
}

function aSecret(change: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db' },
    stringData: { password: 'one' },
    ...change,
  };
}

function textOf(secret: DesiredSecret): Record<string, string> {
  const values = [...secret.values].map(([key, value]) => [
    key,
    Buffer.from(value.expose()).toString(),
  ]);
  return Object.fromEntries(values) as Record<string, string>;
}

describe('a manifest of a Secret', () => {
  it('gives name, type, labels, annotations and values', () => {
    const secret = read({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/basic-auth',
      metadata: {
        name: 'db',
        namespace: 'prod',
        labels: { app: 'shop', 'app.kubernetes.io/name': 'db' },
        annotations: { 'example.com/owner': 'team a' },
      },
      data: { username: 'cm9vdA==', both: 'YQ==' },
      stringData: { password: 'one', both: 'b', port: 5432, on: true },
    });
    expect(secret).toMatchObject({
      namespace: 'prod',
      name: 'db',
      type: 'kubernetes.io/basic-auth',
      labels: { app: 'shop', 'app.kubernetes.io/name': 'db' },
      annotations: { 'example.com/owner': 'team a' },
    });
    expect(textOf(secret)).toEqual({
      username: 'root',
      both: 'b',
      password: 'one',
      port: '5432',
      on: 'true',
    });
    expect([...secret.values.keys()]).toEqual(['username', 'both', 'password', 'port', 'on']);
  });

  it('is of type Opaque and of our namespace unless told', () => {
    expect(read(aSecret())).toMatchObject({ type: 'Opaque', namespace: 'prod', labels: {} });
  });

  it.each<[string, unknown, string]>([
    ['a list', [], 'the document'],
    ['another kind', aSecret({ kind: 'ConfigMap' }), 'kind'],
    ['another version', aSecret({ apiVersion: 'v2' }), 'kind'],
    ['no metadata', aSecret({ metadata: null }), 'metadata'],
    ['no name', aSecret({ metadata: {} }), 'metadata.name'],
    ['a wrong name', aSecret({ metadata: { name: 'A b' } }), 'metadata.name'],
    [
      'labels that are a list',
      aSecret({ metadata: { name: 'db', labels: [] } }),
      'metadata.labels',
    ],
    [
      'a label that is a number',
      aSecret({ metadata: { name: 'db', labels: { a: 1 } } }),
      'metadata.labels.a',
    ],
    ['data that is a list', aSecret({ data: [] }), 'data'],
    ['data that is not base64', aSecret({ data: { a: 'not base64!' } }), 'data.a'],
    ['a nested value', aSecret({ stringData: { a: { b: 'c' } } }), 'stringData.a'],
    ['a type that is a map', aSecret({ type: {} }), 'type'],
  ])('is malformed with %s', async (_what, manifest, field) => {
    const error = await expectCode(() => read(manifest), 'MAYFLY_SYNC_MANIFEST_INVALID');
    expect(error.message).toContain(`apps/db.yaml: in document 2, ${field} `);
  });

  it.each<[string, unknown, string]>([
    ['another namespace', { namespace: 'kube-system' }, 'metadata.namespace'],
    ['finalizers', { finalizers: ['a/b'] }, 'metadata.finalizers'],
    ['owner references', { ownerReferences: [] }, 'metadata.ownerReferences'],
    ['a name to be generated', { generateName: 'a' }, 'metadata.generateName'],
    [
      'a label of ours',
      { labels: { 'mayfly.dev/managed': 'true' } },
      'metadata.labels.mayfly.dev/managed',
    ],
    [
      'a label of another controller',
      { labels: { 'helm.toolkit.fluxcd.io/name': 'a' } },
      'metadata.labels.helm.toolkit.fluxcd.io/name',
    ],
    [
      'an annotation of Kubernetes',
      { annotations: { 'kubernetes.io/service-account.name': 'a' } },
      'metadata.annotations.kubernetes.io/service-account.name',
    ],
    [
      'an annotation that has it copied',
      { annotations: { 'reflector.v1.k8s.emberstack.com/reflection-allowed': 'true' } },
      'metadata.annotations.reflector',
    ],
    ['a malformed label', { labels: { 'a b': 'c' } }, 'metadata.labels.a b'],
    ['a malformed label value', { labels: { a: 'b c' } }, 'metadata.labels.a'],
  ])('is refused with %s', async (_what, metadata, field) => {
    const manifest = aSecret({ metadata: { name: 'db', ...(metadata as object) } });
    const error = await expectCode(() => read(manifest), 'MAYFLY_SYNC_MANIFEST_REFUSED');
    expect(error.message).toContain(field);
  });

  it.each<[string, object]>([
    ['a token of a service account', { type: 'kubernetes.io/service-account-token' }],
    ['a bootstrap token', { type: 'bootstrap.kubernetes.io/token' }],
    ['a type of another', { type: 'helm.sh/release.v1' }],
    ['immutable', { immutable: true }],
    ['a field of its own', { status: {} }],
  ])('is refused as %s', async (_what, change) => {
    await expectCode(() => read(aSecret(change)), 'MAYFLY_SYNC_MANIFEST_REFUSED');
  });

  it('is refused with a key that is none, and quotes no value', async () => {
    for (const key of ['..data', 'a/b', '', 'a b']) {
      const error = await expectCode(
        () => read(aSecret({ stringData: { good: 'canary-value', [key]: 'canary-value' } })),
        'MAYFLY_SYNC_KEY_NAME',
      );
      expect(JSON.stringify(error)).not.toContain('canary');
    }
  });

  it('is refused without any key', async () => {
    await expectCode(() => read(aSecret({ stringData: null })), 'MAYFLY_SYNC_EMPTY');
  });

  it('leaves no value behind when it is refused', async () => {
    const countUnwiped = trackSecrets();
    const manifest = aSecret({ stringData: { a: '1', b: '2', 'c d': '3' } });
    await expectCode(() => read(manifest), 'MAYFLY_SYNC_KEY_NAME');
    expect(countUnwiped()).toBe(0);
  });

  it('takes names that are special to JavaScript as names', () => {
    const secret = read(JSON.parse(JSON.stringify(aSecret()).replace('password', '__proto__')));
    expect([...secret.values.keys()]).toEqual(['__proto__']);
  });
});
