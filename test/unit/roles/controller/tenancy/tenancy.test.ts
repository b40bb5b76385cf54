import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectRef } from '#core/api/object.ts';
import {
  aSecretSpec,
  aSourceSpec,
  hour,
  minute,
  secretRef,
  sourceRef,
  startRig,
  type Rig,
  type RigOptions,
} from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';
import {
  createMemoryNamespaces,
  type MemoryNamespaces,
} from '#test/support/memory/memory-namespaces.ts';

const files = { 'apps/db.yaml': sealSecret('db', { password: 'one' }) };
const every = { namespaceSelector: {} };

function policyRef(name = 'team'): ObjectRef {
  return { kind: 'TenantPolicy', namespace: '', name };
}

describe('what tenants may ask for', () => {
  let namespaces: MemoryNamespaces;
  let rig: Rig;

  async function start(
    change: Partial<RigOptions> & { secret?: object; source?: object } = {},
  ): Promise<void> {
    namespaces = createMemoryNamespaces();
    namespaces.put('prod', { team: 'a' });
    const defaults = {
      allowedHosts: ['git.test'],
      ttl: { minTtlMs: minute, maxTtlMs: 24 * hour },
      ownNamespace: 'mayfly-system',
    };
    rig = await startRig(files, { tenancy: { namespaces, defaults }, ...change });
  }

  function reasonOf(ref: ObjectRef): string | undefined {
    return rig.conditionOf(ref)?.reason;
  }

  async function put(spec: object, name?: string): Promise<void> {
    rig.objects.put(policyRef(name), spec);
    await rig.settle();
  }

  beforeEach(async () => start());

  it('is what the configuration allows where no policy selects', () => {
    expect(rig.sink.names()).toEqual(['prod/db']);
    expect(reasonOf(sourceRef())).toBe('Verified');
  });

  it('never reaches a host that nobody allows', async () => {
    await start({ source: { url: 'https://elsewhere.test/repo.git' } });
    expect(rig.git.fetches).toBe(0);
    expect(reasonOf(sourceRef())).toBe('TenancyGitUrl');
    expect(rig.sink.names()).toEqual([]);
  });

  it('has leases run to their end when a policy forbids the repository', async () => {
    await put({ ...every, git: { urls: ['https://git.test/other/**'] } });
    expect(reasonOf(sourceRef())).toBe('TenancyGitUrl');
    expect(reasonOf(secretRef())).toBe('TenancyGitUrl');
    const { fetches } = rig.git;
    await rig.advance(59 * minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
    await rig.advance(2 * minute);
    expect(rig.sink.names()).toEqual([]);
    expect(rig.git.fetches).toBe(fetches);
  });

  it('goes on at once when the policy that forbade is deleted', async () => {
    await put({ ...every, git: { urls: [] } });
    expect(reasonOf(secretRef())).toBe('TenancyGitUrl');
    rig.objects.delete(policyRef());
    await rig.settle();
    expect(reasonOf(sourceRef())).toBe('Verified');
    expect(reasonOf(secretRef())).toBe('Synced');
  });

  it('follows a policy that changes', async () => {
    await put({ ...every, ttl: { max: '30m' } });
    expect(reasonOf(secretRef())).toBe('TenancyTtl');
    expect(reasonOf(sourceRef())).toBe('Verified');
    await put({ ...every, ttl: { max: '2h' } });
    expect(reasonOf(secretRef())).toBe('Synced');
  });

  it('gives as long a lease as a policy allows, beyond the configuration', async () => {
    await put({ ...every, ttl: { max: '72h' } });
    rig.objects.put(secretRef(), aSecretSpec({ ttl: '48h' }));
    await rig.advance(41 * minute);
    const { expiresAt = '' } = rig.statusOf<{ expiresAt: string }>(secretRef());
    expect(Date.parse(expiresAt) - rig.clock.now()).toBeGreaterThan(47 * hour);
  });

  it('lets git speak to the hosts of the pattern alone', async () => {
    await start({ source: { url: 'https://elsewhere.test/a/repo.git' } });
    await put({ ...every, git: { urls: ['https://elsewhere.test/a/*', 'https://git.test/'] } });
    expect(reasonOf(sourceRef())).toBe('Verified');
    expect(rig.git.lastRequest?.hosts).toEqual(['elsewhere.test:443']);
    expect(rig.sink.names()).toEqual(['prod/db']);
  });

  it('leaves a namespace alone that the policy does not select', async () => {
    const selector = { matchLabels: { team: 'b' } };
    await put({ namespaceSelector: selector, git: { urls: [] } });
    expect(reasonOf(sourceRef())).toBe('Verified');
  });

  it('waits while the labels of the namespace are not known, and loses nothing', async () => {
    const nothing = { read: () => null, watch: async () => undefined };
    const defaults = {
      allowedHosts: null,
      ttl: { minTtlMs: minute, maxTtlMs: 24 * hour },
      ownNamespace: 'mayfly-system',
    };
    await start({ tenancy: { namespaces: nothing, defaults } });
    expect(rig.outcomeOf(sourceRef())).toMatchObject({
      kind: 'failed',
      error: { code: 'MAYFLY_TENANCY_NAMESPACE_UNKNOWN' },
    });
    expect(rig.git.fetches).toBe(0);
  });

  it('says of a policy that it is in force, or what is wrong with it', async () => {
    await put(every);
    expect(reasonOf(policyRef())).toBe('Enforced');
    await put({ ...every, git: { urls: ['nonsense'] } });
    expect(reasonOf(policyRef())).toBe('ObjectFieldInvalid');
    expect(reasonOf(secretRef())).toBe('TenancyPolicyInvalid');
  });

  it('is the same after a restart as before', async () => {
    await put({ ...every, git: { urls: [] } });
    rig.objects.put(sourceRef(), aSourceSpec({ interval: '2m' }));
    rig.restart();
    await rig.settle();
    expect(reasonOf(sourceRef())).toBe('TenancyGitUrl');
    expect(rig.sink.names()).toEqual(['prod/db']);
  });
});
