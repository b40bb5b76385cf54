import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectRef } from '#core/api/object.ts';
import { hour, minute, startRig, type Rig } from '#test/support/controller-rig.ts';
import { createMemoryNamespaces } from '#test/support/memory/memory-namespaces.ts';
import { githubSubject } from '#test/support/policies/a-policy.ts';

const issuerRef: ObjectRef = { kind: 'TokenIssuer', namespace: '', name: 'github' };
const policyRef: ObjectRef = { kind: 'AccessPolicy', namespace: 'prod', name: 'release' };
const clusterRef: ObjectRef = { kind: 'ClusterAccessPolicy', namespace: '', name: 'release' };
const tenantRef: ObjectRef = { kind: 'TenantPolicy', namespace: '', name: 'team' };

const issuer = { kind: 'github', issuer: 'https://token.test' };
const grants = [{ store: 'cluster/vault', paths: ['app/db'], maxTtl: '15m' }];
const spec = { subjects: [{ github: githubSubject }], grants };
const identities = [{ issuer: 'github', attribute: 'ownerId', values: ['1'] }];

describe('what is said of an access policy', () => {
  let rig: Rig;

  beforeEach(async () => {
    const namespaces = createMemoryNamespaces();
    namespaces.put('prod', { team: 'a' });
    const ttl = { minTtlMs: minute, maxTtlMs: 24 * hour };
    const defaults = { allowedHosts: ['git.test'], ttl, ownNamespace: 'mayfly-system' };
    rig = await startRig({}, { tenancy: { namespaces, defaults } });
    await put(issuerRef, issuer);
  });

  async function put(ref: ObjectRef, written: object): Promise<void> {
    rig.objects.put(ref, written);
    await rig.settle();
  }

  function reasonOf(ref: ObjectRef): string | undefined {
    return rig.conditionOf(ref)?.reason;
  }

  it('is in force when a TenantPolicy allows whom it is for', async () => {
    await put(policyRef, spec);
    expect(reasonOf(policyRef)).toBe('TenancyIdentity');
    await put(tenantRef, { namespaceSelector: {}, identities });
    expect(reasonOf(policyRef)).toBe('Enforced');
    expect(rig.conditionOf(policyRef)?.status).toBe('True');
  });

  it('of the cluster is in force by itself', async () => {
    await put(clusterRef, spec);
    expect(reasonOf(clusterRef)).toBe('Enforced');
  });

  it.each([
    [{ mode: 'Audit' }, 'Audited'],
    [{ suspend: true }, 'Suspended'],
  ])('that does not grant says so: %j', async (change, reason) => {
    await put(clusterRef, { ...spec, ...change });
    expect(reasonOf(clusterRef)).toBe(reason);
  });

  it('follows the TokenIssuer that it names', async () => {
    await put(clusterRef, { ...spec, subjects: [{ github: { ...githubSubject, issuer: 'hub' } }] });
    expect(reasonOf(clusterRef)).toBe('PolicyIssuerUnknown');
    await put({ ...issuerRef, name: 'hub' }, { ...issuer, kind: 'gitlab' });
    expect(reasonOf(clusterRef)).toBe('PolicyIssuerKind');
    await put({ ...issuerRef, name: 'hub' }, issuer);
    expect(reasonOf(clusterRef)).toBe('Enforced');
  });

  it('that lets strangers in names the rule', async () => {
    const github = { issuer: 'github', ref: ['refs/heads/main'] };
    await put(clusterRef, { ...spec, subjects: [{ github }] });
    expect(reasonOf(clusterRef)).toBe('PolicyTenantMissing');
    expect(rig.conditionOf(clusterRef)?.message).toContain('subjects[0].github tests none of');
  });
});

describe('what is said of a TokenIssuer', () => {
  it.each([
    [issuer, 'Accepted'],
    [{ ...issuer, suspend: true }, 'Suspended'],
    [{ ...issuer, replay: 'Liveness' }, 'ObjectFieldInvalid'],
  ])('is whether its tokens are believed: %j', async (written, reason) => {
    const rig = await startRig({}, {});
    rig.objects.put(issuerRef, written);
    await rig.settle();
    expect(rig.conditionOf(issuerRef)?.reason).toBe(reason);
  });
});

it('without a cluster a policy of a namespace is the administrator’s', async () => {
  const rig = await startRig({}, {});
  rig.objects.put(issuerRef, issuer);
  rig.objects.put(policyRef, spec);
  await rig.settle();
  expect(rig.conditionOf(policyRef)?.reason).toBe('Enforced');
});
