import { describe, expect, it } from '@jest/globals';
import { parseKubernetesClaims } from '#core/identity/kubernetes/parse-kubernetes-claims.ts';
import { attributesOf, claimsOf } from '#test/support/issuer/claims-of.ts';

const serviceaccount = { name: 'web', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' };

describe('a pod', () => {
  it('is known by its service account, itself and its node', () => {
    const identity = parseKubernetesClaims(claimsOf('kubernetes', { jti: 'e0c3' }));
    expect(attributesOf(identity)).toEqual({
      namespace: 'shop',
      serviceAccount: 'web',
      serviceAccountUid: serviceaccount.uid,
      pod: 'web-7d9c5',
      node: 'worker-1',
    });
    expect(identity.pod).toEqual({
      namespace: 'shop',
      serviceAccount: 'web',
      serviceAccountUid: serviceaccount.uid,
      pod: { name: 'web-7d9c5', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
      node: { name: 'worker-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
      credentialId: 'JTI=e0c3',
    });
    expect(identity.unit).toBe('5e0bd49b-f040-43b0-99b7-22765a53f7f3');
  });

  it('may be none, and have no id, with a token that is bound to none', () => {
    const change = { jti: undefined, 'kubernetes.io': { namespace: 'shop', serviceaccount } };
    expect(parseKubernetesClaims(claimsOf('kubernetes', change)).pod).toMatchObject({
      pod: null,
      node: null,
      credentialId: null,
    });
  });

  it.each([
    ['another namespace than its sub', { sub: 'system:serviceaccount:kube-system:web' }],
    ['another account than its sub', { sub: 'system:serviceaccount:shop:admin' }],
    ['no sub of an account', { sub: 'system:node:worker-1' }],
    ['no claims of Kubernetes', { 'kubernetes.io': undefined }],
    ['claims of another type', { 'kubernetes.io': ['shop'] }],
    ['no uid', { 'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'web' } } }],
    ['a namespace of another type', { 'kubernetes.io': { namespace: ['shop'], serviceaccount } }],
  ])('is nobody with %s', (_, change) => {
    const identity = parseKubernetesClaims(claimsOf('kubernetes', change));
    expect(identity.pod).toBeNull();
    expect([...identity.attributes]).toEqual([]);
  });
});
