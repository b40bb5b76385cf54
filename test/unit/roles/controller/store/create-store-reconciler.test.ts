import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Condition } from '#core/api/status/condition.ts';
import { parsePlainStatus } from '#core/api/status/status.ts';
import type { ObjectRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { AllowedStore } from '#roles/stores/store-parts.ts';
import {
  aSourceSpec,
  hour,
  minute,
  sourceRef,
  startRig,
  type Rig,
} from '#test/support/controller-rig.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryNamespaces } from '#test/support/memory/memory-namespaces.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/stores/memory-store.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

const ref: ObjectRef = { kind: 'Store', namespace: 'prod', name: 'vault' };
const clusterRef: ObjectRef = { kind: 'ClusterStore', namespace: '', name: 'vault' };
const policyRef: ObjectRef = { kind: 'TenantPolicy', namespace: '', name: 'team' };
const address = 'https://vault.test:8200';
const login = { method: 'kubernetes', role: 'app' };
const provider = { vault: { address, login } };
const allowing = { namespaceSelector: {}, stores: { addresses: [address], roles: ['app'] } };

describe('what is said of a store', () => {
  let store: MemoryStore;
  let rig: Rig;
  let opened: AllowedStore[];
  let asked: Parameters<KubeApi['requestToken']>[0][];
  let tokenFault: Error | null;

  beforeEach(async () => {
    store = createMemoryStore({ clock: createFakeClock(), name: 'vault' });
    opened = [];
    asked = [];
    tokenFault = null;
    const namespaces = createMemoryNamespaces();
    namespaces.put('prod', { team: 'a' });
    const ttl = { minTtlMs: minute, maxTtlMs: 24 * hour };
    const defaults = { allowedHosts: ['git.test'], ttl, ownNamespace: 'mayfly-system' };
    rig = await startRig(
      {},
      {
        tenancy: { namespaces, defaults },
        stores: {
          open: async (_, allowed) => {
            opened.push(allowed);
            return store;
          },
          tokens: {
            requestToken: async (account) => {
              asked.push(account);
              if (tokenFault !== null) throw tokenFault;
              return SecretBytes.take(Buffer.from('a token'));
            },
          },
        },
      },
    );
    await put(policyRef, allowing);
  });

  async function put(target: ObjectRef, spec: object): Promise<void> {
    rig.objects.put(target, spec);
    await rig.settle();
  }

  /** `status reason` by type. */
  function conditionsOf(target: ObjectRef = ref): Readonly<Record<string, string>> {
    const object = rig.objects.peek(target);
    const conditions: readonly Condition[] =
      object === null ? [] : (parsePlainStatus(object).conditions ?? []);
    return Object.fromEntries(
      conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]),
    );
  }

  it('is that it answers', async () => {
    await put(ref, { provider });
    expect(conditionsOf()).toEqual({ Ready: 'True Answers', Reachable: 'True Succeeded' });
    expect(opened[0]?.entries).toEqual([{ host: 'vault.test', port: 8200 }]);
    expect([asked, store.logins]).toEqual([[], 0]);
  });

  it('is that it accepts the login of its service account, which is given back', async () => {
    const countUnwiped = trackSecrets();
    await put(ref, { provider, serviceAccountName: 'reader' });
    expect(conditionsOf()).toEqual({
      Ready: 'True Answers',
      Reachable: 'True Succeeded',
      LoginAccepted: 'True Succeeded',
    });
    expect(asked).toEqual([{ namespace: 'prod', name: 'reader', audience: address, seconds: 600 }]);
    expect(opened[0]?.caller).toEqual({ namespace: 'prod', serviceAccount: 'reader' });
    expect([store.logins, store.openLogins, countUnwiped()]).toEqual([1, 0, 0]);
  });

  it('is of a ClusterStore said without a policy, as an account of the own namespace of Mayfly', async () => {
    await put(policyRef, { namespaceSelector: {} });
    await put(clusterRef, { provider, namespaceSelector: {}, serviceAccountName: 'reader' });
    expect(conditionsOf(clusterRef)['Ready']).toBe('True Answers');
    expect(asked[0]).toMatchObject({ namespace: 'mayfly-system', name: 'reader' });
  });

  it('is nothing about an address that nobody allowed: it is never dialled', async () => {
    await put(ref, { provider: { vault: { address: 'https://169.254.169.254', login } } });
    expect(conditionsOf()).toEqual({
      Ready: 'False TenancyStoreAddress',
      Stalled: 'True TenancyStoreAddress',
    });
    expect(opened).toEqual([]);
  });

  it('is of the kind git whether its source is there; nobody logs in', async () => {
    const decryption = { keys: [{ secretRef: { name: 'age' } }] };
    const spec = { provider: { git: { sourceRef: { name: 'values' }, decryption } } };
    await put(ref, spec);
    expect(conditionsOf()['Ready']).toBe('False SyncSourceMissing');
    rig.objects.put(sourceRef('values'), aSourceSpec());
    await rig.advance(minute);
    expect(conditionsOf()).toEqual({ Ready: 'True Followed' });
    expect([opened, asked]).toEqual([[], []]);
  });

  it('is what is wrong with its spec', async () => {
    await put(ref, { provider: { vault: { address: 'https://0x7f.1', login } } });
    expect(conditionsOf()['Ready']).toBe('False ObjectFieldInvalid');
  });

  it('is that it does not answer, with the last failure, until it does', async () => {
    store.breakWith(createError('MAYFLY_STORE_SEALED', { store: 'vault' }));
    await put(ref, { provider });
    expect(conditionsOf()).toMatchObject({
      Ready: 'Unknown StoreSealed',
      Reachable: 'False StoreSealed',
    });
    store.breakWith(null);
    await rig.advance(10 * minute);
    expect(conditionsOf()).toEqual({ Ready: 'True Answers', Reachable: 'True Succeeded' });
  });

  it('is that the login is not accepted', async () => {
    store.acceptOnly('another token');
    await put(ref, { provider, serviceAccountName: 'reader' });
    expect(conditionsOf()).toMatchObject({
      Ready: 'False StoreLoginDenied',
      Reachable: 'True Succeeded',
      LoginAccepted: 'False StoreLoginDenied',
    });
  });

  it('is that no token may be asked for where the right is not given', async () => {
    tokenFault = createError('MAYFLY_KUBE_FORBIDDEN', { what: 'create', user: 'mayfly' });
    await put(ref, { provider, serviceAccountName: 'reader' });
    expect(conditionsOf()).toMatchObject({
      Ready: 'False KubeForbidden',
      LoginAccepted: 'False KubeForbidden',
    });
  });

  it('is nothing while it is suspended', async () => {
    await put(ref, { provider, suspend: true });
    expect(conditionsOf()).toEqual({ Ready: 'True Suspended' });
    expect(opened).toEqual([]);
  });

  it('changes with the policies, without a change of the store', async () => {
    await put(ref, { provider });
    await put(policyRef, { namespaceSelector: {} });
    expect(conditionsOf()['Ready']).toBe('False TenancyStoreAddress');
    await put(policyRef, allowing);
    expect(conditionsOf()['Ready']).toBe('True Answers');
  });

  it('is written once as long as nothing changes', async () => {
    await put(ref, { provider });
    const { statusWrites } = rig.objects;
    await rig.advance(hour);
    expect(opened.length).toBeGreaterThan(10);
    expect(rig.objects.statusWrites).toBe(statusWrites);
  });
});
