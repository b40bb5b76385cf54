import { describe, expect, it } from '@jest/globals';
import { findEnvReferences } from '#core/injection/pod/find-env-references.ts';
import { isGuaranteed, isWindows, readUid } from '#core/injection/pod/pod-facts.ts';
import { canonicalQuantity, parseQuantity } from '#core/injection/pod/quantity.ts';
import { readPodTemplate, workloadKinds } from '#core/injection/pod/read-pod-template.ts';
import { aContainer, aPod } from '#test/support/pods/build-pod.ts';

describe('a quantity', () => {
  it.each([
    ['1', 1],
    ['250m', 0.25],
    ['64Mi', 67_108_864],
    ['1.5Gi', 1_610_612_736],
    ['1e3', 1000],
    ['.5', 0.5],
    ['2k', 2000],
  ])('of %s is %d', (text, amount) => {
    expect(parseQuantity(text)).toBeCloseTo(amount, 9);
  });

  it.each(['', '-1', '1 Mi', 'Mi', '1mi', '1e', '1e3Mi', '0x1', '1_000'])('is none: %j', (text) => {
    expect(parseQuantity(text)).toBeNull();
  });
});

describe('the canonical form of a quantity', () => {
  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1.5', '1500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['64Mi', '64Mi'],
    ['2000', '2k'],
    ['10m', '10m'],
    ['1.1', '1100m'],
    ['1e3', '1k'],
    ['x', 'x'],
  ])('of %s is %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });
});

describe('the class of a pod', () => {
  const fixed = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m' } };

  it('is Guaranteed where every container requests what it may use', () => {
    const containers = [aContainer('a', { resources: fixed })];
    expect(isGuaranteed(aPod({}, { containers }))).toBe(true);
    expect(isGuaranteed(aPod({}, { containers, initContainers: [aContainer('b')] }))).toBe(false);
    expect(isGuaranteed(aPod())).toBe(false);
  });

  it('is Guaranteed where the pod as a whole is', () => {
    expect(isGuaranteed(aPod({}, { resources: fixed }))).toBe(true);
  });

  it('is not Guaranteed where a request is lower or memory is open', () => {
    const lower = { limits: { cpu: '1', memory: '1Gi' }, requests: { memory: '512Mi' } };
    for (const resources of [lower, { limits: { cpu: 1 } }]) {
      expect(isGuaranteed(aPod({}, { containers: [aContainer('a', { resources })] }))).toBe(false);
    }
  });
});

describe('a pod', () => {
  it('runs as the uid of the container before that of the pod', () => {
    const pod = aPod({}, { securityContext: { runAsUser: 1 } });
    expect(readUid(pod, aContainer('a', { securityContext: { runAsUser: 2 } }))).toBe(2);
    expect(readUid(pod, aContainer('a'))).toBe(1);
    expect(readUid(aPod(), aContainer('a'))).toBeNull();
  });

  it('is for Windows by its os or its nodes', () => {
    expect(isWindows(aPod({}, { os: { name: 'windows' } }))).toBe(true);
    expect(isWindows(aPod({}, { os: { name: 'linux' } }))).toBe(false);
  });

  it('is found in every workload', () => {
    for (const kind of workloadKinds) {
      const template = { spec: { template: aPod() } };
      const object = kind === 'CronJob' ? { spec: { jobTemplate: template } } : template;
      expect(readPodTemplate(kind, object)).toMatchObject({
        kind: 'valid',
        value: { pod: aPod() },
      });
      expect(readPodTemplate(kind, {})).toMatchObject({ kind: 'invalid' });
    }
    expect(readPodTemplate('Pod', aPod())).toMatchObject({ kind: 'valid', value: { path: [] } });
    expect(readPodTemplate('ConfigMap', {})).toBeNull();
  });
});

describe('references in the environment', () => {
  const rules = { store: 'vault', compatibility: [] };

  it('are found in containers and init containers, with their places', () => {
    const env = [
      { name: 'A', value: 'plain' },
      { name: 'B', value: 'mayfly:kv/b#k' },
    ];
    const pod = aPod(
      {},
      { initContainers: [aContainer('init', { env })], containers: [aContainer('app', { env })] },
    );
    expect(findEnvReferences(pod, rules).value).toMatchObject([
      { container: 'init', variable: 'B', entry: 1, reference: { path: 'kv/b', key: 'k' } },
      { container: 'app', variable: 'B', entry: 1 },
    ]);
  });

  it.each([
    { text: 'mayfly:x', compatibility: [], isReference: true },
    { text: 'vault:x#y', compatibility: [], isReference: false },
    { text: 'vault:x#y', compatibility: ['bank-vaults' as const], isReference: true },
    { text: 'https://vault:8200', compatibility: ['bank-vaults' as const], isReference: false },
  ])('begin with an enabled scheme: $text', ({ text, compatibility, isReference }) => {
    const containers = [aContainer('app', { env: [{ name: 'A', value: text }] })];
    const { value, errors } = findEnvReferences(aPod({}, { containers }), {
      store: null,
      compatibility,
    });
    expect(value.length + errors.length).toBe(isReference ? 1 : 0);
  });

  it('are found among five thousand entries at once', () => {
    const env = Array.from({ length: 5_000 }, (_, index) => ({
      name: `A${index}`,
      value: 'mayfly:kv/b#k',
    }));
    const { value } = findEnvReferences(
      aPod({}, { containers: [aContainer('app', { env })] }),
      rules,
    );
    expect(value).toHaveLength(5_000);
  });
});
