import { describe, expect, it } from '@jest/globals';
import { parseEphemeralSecret } from '#core/api/ephemeral-secret.ts';
import { parseGitSource } from '#core/api/git-source.ts';
import { parseManifest } from '#core/api/manifest.ts';
import type { KindName, StoredObject } from '#core/api/object.ts';
import type { Parsed } from '#core/api/schema/validate.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

function anObject(kind: KindName, spec: unknown): StoredObject {
  return aStoredObject(kind, { spec });
}

const source = { url: 'https://git.test/repo.git', ref: { branch: 'main' } };
const secret = {
  sourceRef: { name: 'repo' },
  path: './apps/',
  decryption: { keys: [{ secretRef: { name: 'age' } }] },
  target: { manifests: {} },
};
const built = { name: 'db', from: 'yaml' };

function faults(parsed: Parsed<unknown>): readonly string[] {
  return parsed.kind === 'valid' ? [] : parsed.errors.map(({ message }) => message);
}

function sourceFaults(change: object): readonly string[] {
  return faults(parseGitSource(anObject('GitSource', { ...source, ...change })));
}

function secretFaults(change: object): readonly string[] {
  return faults(parseEphemeralSecret(anObject('EphemeralSecret', { ...secret, ...change })));
}

describe('a GitSource', () => {
  it('has defaults', () => {
    const parsed = parseGitSource(anObject('GitSource', source));
    expect(parsed).toMatchObject({
      kind: 'valid',
      value: {
        url: 'https://git.test/repo.git',
        ref: { kind: 'branch', name: 'main' },
        intervalMs: 60_000,
        timeoutMs: 60_000,
        auth: { type: 'none', secretName: null },
        history: 'FastForwardOnly',
        rollback: 'Warn',
        include: [],
        limits: { fileBytes: 1024 * 1024 },
        hook: null,
        suspend: false,
      },
    });
  });

  it.each([
    [{ tag: 'v1' }, { kind: 'tag', name: 'v1' }],
    [{ semver: '>=1.0.0' }, { kind: 'semver', range: '>=1.0.0' }],
    [{ commit: 'a'.repeat(40) }, { kind: 'commit', id: 'a'.repeat(40) }],
  ])('follows %j', (ref, followed) => {
    const parsed = parseGitSource(anObject('GitSource', { ...source, ref }));
    expect(parsed).toMatchObject({ value: { ref: followed } });
  });

  it('takes everything that it has', () => {
    const parsed = parseGitSource(
      anObject('GitSource', {
        ...source,
        url: 'ssh://git@git.test/repo.git',
        interval: '1h30m',
        timeout: '10s',
        auth: { type: 'ssh', secretRef: { name: 'key' } },
        history: 'Any',
        rollback: 'Refuse',
        include: ['apps/**'],
        limits: { bytes: 1, files: 2, fileBytes: 3 },
        hook: { type: 'gitlab', secretRef: { name: 'hook' } },
        suspend: true,
      }),
    );
    expect(parsed).toMatchObject({
      value: {
        intervalMs: 5_400_000,
        auth: { type: 'ssh', secretName: 'key' },
        hook: { type: 'gitlab', secretName: 'hook' },
        suspend: true,
      },
    });
  });

  it.each<[string, object, string]>([
    ['no ref', { ref: {} }, 'the field spec.ref must name exactly one of its fields'],
    [
      'two refs',
      { ref: { branch: 'a', tag: 'b' } },
      'the field spec.ref must name exactly one of its fields',
    ],
    [
      'a branch that is an option',
      { ref: { branch: '-u' } },
      'the field spec.ref.branch must be the name of a git reference',
    ],
    [
      'a short commit',
      { ref: { commit: 'abc' } },
      'the field spec.ref.commit must be a full commit id in lower-case hex',
    ],
    [
      'http',
      { url: 'http://git.test/r' },
      'the field spec.url must be an https:// or ssh:// address without password, query or fragment',
    ],
    [
      'an option of ssh in the place of the host',
      { url: 'ssh://-oProxyCommand=a/b' },
      'the field spec.url must be an https:// or ssh:// address without password, query or fragment',
    ],
    [
      'a password in the address',
      { url: 'https://me:canary@git.test/r' },
      'the field spec.url must be an https:// or ssh:// address without password, query or fragment',
    ],
    [
      'a wrong interval',
      { interval: '5 minutes' },
      'the field spec.interval must be a duration such as 90s, 15m or 1h30m',
    ],
    ['a short interval', { interval: '10ms' }, 'the field spec.interval must be at least 1s'],
    ['a long timeout', { timeout: '1h' }, 'the field spec.timeout must be between 1s and 10m'],
    ['no credentials', { auth: { type: 'basic' } }, 'the field spec.auth.secretRef is missing'],
    [
      'ssh over https',
      { auth: { type: 'ssh', secretRef: { name: 'k' } } },
      'the field spec.auth.type must not be ssh for https',
    ],
    [
      'too large a limit',
      { limits: { fileBytes: 6_000_000 } },
      'the field spec.limits.fileBytes must be at most 5242880',
    ],
    ['a limit of zero', { limits: { files: 0 } }, 'the field spec.limits.files must be at least 1'],
    [
      'an unknown history',
      { history: 'Some' },
      'the field spec.history must be one of FastForwardOnly, Any',
    ],
    ['a wrong type', { suspend: 'yes' }, 'the field spec.suspend must be true or false'],
    ['a typo', { intervall: '1m' }, 'there is no field spec.intervall: did you mean interval'],
    [
      'an unknown field',
      { auth: { type: 'none', colour: 'red' } },
      'there is no field spec.auth.colour: known are type, secretRef',
    ],
    [
      'a namespace',
      { auth: { type: 'basic', secretRef: { name: 'a', namespace: 'b' } } },
      'there is no field spec.auth.secretRef.namespace: known are name',
    ],
  ])('is refused with %s', (_what, change, message) => {
    expect(sourceFaults(change)).toEqual([message]);
  });

  it('is refused with everything that is wrong at once, and quotes nothing', () => {
    const messages = sourceFaults({ url: 'ftp://canary', interval: 'canary', refs: 1 });
    expect(messages).toHaveLength(3);
    expect(messages.join()).not.toContain('canary');
  });

  it('is refused when it is no map at all', () => {
    expect(faults(parseGitSource(anObject('GitSource', null)))).toEqual([
      'the field spec must be a map of fields',
    ]);
  });
});

describe('an EphemeralSecret', () => {
  it('has defaults, and a path without dots and slashes', () => {
    expect(parseEphemeralSecret(anObject('EphemeralSecret', secret))).toMatchObject({
      value: {
        sourceName: 'repo',
        path: 'apps',
        keys: [{ name: 'age', key: null }],
        target: { kind: 'manifests' },
        ttlMs: 3_600_000,
        maxStaleMs: 86_400_000,
        lifetime: 'Continuous',
        onSourceMissing: 'Delete',
        prune: true,
        restart: [],
        suspend: false,
      },
    });
  });

  it('builds one Secret', () => {
    const keys = [{ key: 'A', valuePath: ['a', 'b'], file: './v.yaml' }];
    const target = { secret: { name: 'db', from: 'keys', type: 'kubernetes.io/tls', keys } };
    expect(
      parseEphemeralSecret(anObject('EphemeralSecret', { ...secret, path: '.', target })),
    ).toMatchObject({
      value: {
        path: '',
        target: { kind: 'secret', type: 'kubernetes.io/tls', keys: [{ key: 'A', file: 'v.yaml' }] },
      },
    });
  });

  it.each<[string, object, string]>([
    ['no key', { decryption: { keys: [] } }, 'the field spec.decryption.keys must not be empty'],
    [
      'a key of another namespace',
      { decryption: { keys: [{ secretRef: { name: 'a', namespace: 'b' } }] } },
      'there is no field spec.decryption.keys[0].secretRef.namespace: known are name, key',
    ],
    [
      'a path out of the repository',
      { path: 'a/../../b' },
      'the field spec.path must not leave the repository with ..',
    ],
    [
      'an absolute path',
      { path: '/etc' },
      'the field spec.path must be a path inside the repository, without a leading slash',
    ],
    [
      'two targets',
      { target: { manifests: {}, secret: built } },
      'the field spec.target must name exactly one of its fields',
    ],
    ['too short a ttl', { ttl: '1s' }, 'the field spec.ttl must be at least 5s'],
    [
      'a lifetime that there is not',
      { lifetime: 'Forever' },
      'the field spec.lifetime must be one of Continuous, Once, WhileInUse',
    ],
    [
      'a linger without its lifetime',
      { linger: '1m' },
      'the field spec.linger only goes with lifetime: WhileInUse',
    ],
    [
      'restarts for what comes and goes with pods',
      { lifetime: 'WhileInUse', restart: ['web'] },
      'the field spec.restart does not go with lifetime: WhileInUse',
    ],
    [
      'a token type',
      { target: { secret: { ...built, type: 'kubernetes.io/service-account-token' } } },
      'the field spec.target.secret.type must be one of Opaque, kubernetes.io/tls, kubernetes.io/basic-auth, kubernetes.io/ssh-auth, kubernetes.io/dockerconfigjson, kubernetes.io/dockercfg',
    ],
    [
      'a label of ours',
      { target: { secret: { ...built, labels: { 'mayfly.dev/a': 'b' } } } },
      'the field spec.target.secret.labels.mayfly.dev/a belongs to another controller',
    ],
    [
      'an annotation of others',
      { target: { secret: { ...built, annotations: { 'helm.sh/a': 'b' } } } },
      'the field spec.target.secret.annotations.helm.sh/a belongs to another controller',
    ],
    [
      'from: keys without keys',
      { target: { secret: { ...built, from: 'keys' } } },
      'the field spec.target.secret.keys is missing',
    ],
    [
      'keys without from: keys',
      { target: { secret: { ...built, keys: [{ key: 'A', valuePath: ['a'] }] } } },
      'the field spec.target.secret.keys only goes with from: keys',
    ],
    [
      'a template that reads from a store',
      { target: { secret: { ...built, template: { A: '{{ secret "a" }}' } } } },
      'template A at 1:1: secret is not offered here: write .KEY for a value of the files',
    ],
    [
      'a template with a fault',
      { target: { secret: { ...built, template: { A: '{{ if }}' } } } },
      'template A at 1:1: if has no value',
    ],
    [
      'a template for a key that is none',
      { target: { secret: { ...built, template: { 'a b': 'x' } } } },
      'the field spec.target.secret.template.a b is no name of a key',
    ],
    [
      'a name with two dots',
      { target: { secret: { ...built, name: 'a..b' } } },
      'the field spec.target.secret.name must be a lower-case DNS name',
    ],
  ])('is refused with %s', (_what, change, message) => {
    expect(secretFaults(change)).toEqual([message]);
  });

  it('is refused with keys that are none or are given twice', () => {
    const keys = [
      { key: '..a', valuePath: ['a'] },
      { key: 'A', valuePath: ['a'], file: '../b' },
      { key: 'A', valuePath: ['b'] },
    ];
    expect(secretFaults({ target: { secret: { ...built, from: 'keys', keys } } })).toEqual([
      'the field spec.target.secret.keys[1].file must not leave the repository with ..',
      'the field spec.target.secret.keys[0].key must not begin with ..',
      'the field spec.target.secret.keys[2].key names a key a second time',
    ]);
  });
});

describe('a document of the objects folder', () => {
  const document = {
    apiVersion: 'mayfly.dev/v1alpha1',
    kind: 'GitSource',
    metadata: { name: 'repo', annotations: { 'mayfly.dev/force': '1' } },
    spec: source,
  };

  it('is an object, of the namespace default unless told', () => {
    expect(parseManifest(document)).toEqual({
      kind: 'valid',
      value: {
        kind: 'GitSource',
        namespace: 'default',
        name: 'repo',
        labels: {},
        annotations: { 'mayfly.dev/force': '1' },
        spec: source,
      },
    });
  });

  it.each<[string, unknown, string]>([
    [
      'a Secret',
      { apiVersion: 'v1', kind: 'Secret' },
      'the object is none of Mayfly: its apiVersion is not mayfly.dev/v1alpha1',
    ],
    ['nothing', null, 'the object is none of Mayfly: its apiVersion is not mayfly.dev/v1alpha1'],
    [
      'a typo',
      { ...document, kind: 'GitSorce' },
      'the object is none of Mayfly: did you mean GitSource',
    ],
    [
      'another kind',
      { ...document, kind: 'Thing' },
      'the object is none of Mayfly: known kinds are GitSource, EphemeralSecret, Store, AccessPolicy, ClusterStore, ClusterAccessPolicy, TokenIssuer',
    ],
    [
      'a status',
      { ...document, status: {} },
      'there is no field object.status: known are apiVersion, kind, metadata, spec',
    ],
    [
      'a wrong name',
      { ...document, metadata: { name: 'a..b' } },
      'the field object.metadata.name must be a lower-case DNS name',
    ],
    [
      'a wrong namespace',
      { ...document, metadata: { name: 'a', namespace: 'a.b' } },
      'the field object.metadata.namespace must be a lower-case DNS name',
    ],
    [
      'a wrong spec',
      { ...document, spec: { ...source, url: 1 } },
      'the field spec.url must be a text',
    ],
    [
      'a wrong spec of the other kind',
      { ...document, kind: 'EphemeralSecret', spec: { ...secret, path: 1 } },
      'the field spec.path must be a text',
    ],
  ])('is refused as %s', (_what, given, message) => {
    expect(faults(parseManifest(given))).toEqual([message]);
  });
});
