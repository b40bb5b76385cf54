import { describe, expect, it } from '@jest/globals';
import { findSecretReferences, isPodUsing } from '#core/usage/find-secret-references.ts';

function inEvery(kind: string, container: object): object {
  return { spec: { [kind]: [{ name: 'c', ...container }] } };
}

function withVolume(volume: object): object {
  return { spec: { volumes: [{ name: 'v', ...volume }] } };
}

const db = { name: 'db' };
const fromEnv = { env: [{ name: 'A', valueFrom: { secretKeyRef: { ...db, key: 'a' } } }] };

describe('the Secrets that a pod references', () => {
  it.each<[string, object]>([
    ['an init container', inEvery('initContainers', fromEnv)],
    ['a variable', inEvery('containers', fromEnv)],
    ['an ephemeral container', inEvery('ephemeralContainers', fromEnv)],
    ['envFrom', inEvery('containers', { envFrom: [{ prefix: 'X_', secretRef: db }] })],
    ['a volume', withVolume({ secret: { secretName: 'db' } })],
    ['a projected volume', withVolume({ projected: { sources: [{ secret: db }] } })],
    ['a CSI volume', withVolume({ csi: { driver: 'd', nodePublishSecretRef: db } })],
    ['cephfs', withVolume({ cephfs: { secretRef: db } })],
    ['rbd', withVolume({ rbd: { secretRef: db, keyring: '/etc/ceph/keyring' } })],
    ['iscsi', withVolume({ iscsi: { secretRef: db } })],
    ['a flex volume', withVolume({ flexVolume: { secretRef: db } })],
    ['scaleIO', withVolume({ scaleIO: { secretRef: db } })],
    ['storageos', withVolume({ storageos: { secretRef: db } })],
    ['azureFile', withVolume({ azureFile: { secretName: 'db' } })],
    ['an image pull', { spec: { imagePullSecrets: [db] } }],
  ])('are found in %s', (_where, pod) => {
    expect(findSecretReferences(pod)).toEqual([{ name: 'db', isOptional: false }]);
  });

  it('are each told once, and as optional when some reference is', () => {
    const pod = {
      spec: {
        containers: [fromEnv, { envFrom: [{ secretRef: { ...db, optional: true } }] }],
        volumes: [{ secret: { secretName: 'tls', optional: false } }],
      },
    };
    expect(findSecretReferences(pod)).toEqual([
      { name: 'db', isOptional: true },
      { name: 'tls', isOptional: false },
    ]);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['no spec', { spec: null }],
    ['lists that are none', { spec: { containers: 'a', volumes: { a: 1 } } }],
    ['names that are none', { spec: { imagePullSecrets: [{ name: 7 }, { name: '' }, null] } }],
    ['ConfigMaps', inEvery('containers', { envFrom: [{ configMapRef: db }] })],
    ['what is inherited', { spec: Object.create({ imagePullSecrets: [db] }) as object }],
  ])('are none in %s', (_what, pod) => {
    expect(findSecretReferences(pod)).toEqual([]);
  });
});

it.each([
  ['Pending', true],
  ['Running', true],
  ['Unknown', true],
  ['Succeeded', false],
  ['Failed', false],
])('a pod that is %s needs them or not', (phase, isUsing) => {
  expect(isPodUsing({ metadata: { deletionTimestamp: 'now' }, status: { phase } })).toBe(isUsing);
});

it('a pod without a status needs what it references', () => {
  expect(isPodUsing({})).toBe(true);
});
