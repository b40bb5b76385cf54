import { describe, expect, it } from '@jest/globals';
import type { Store, VaultProvider } from '#core/api/store.ts';
import { decideStoreUse } from '#core/tenancy/decide-store-use.ts';
import { viewPolicy, type PolicyView } from '#core/tenancy/policy-view.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';
import { aVaultProvider } from '#test/support/pods/build-pod.ts';

const provider = aVaultProvider({
  login: { method: 'kubernetes', mount: 'kubernetes', role: 'shop-{{serviceAccount}}' },
});

function aStore(change: Partial<Store> = {}): Store {
  return {
    name: 'vault',
    namespace: 'shop',
    provider,
    namespaceSelector: null,
    serviceAccountName: null,
    policy: null,
    suspend: false,
    ...change,
  };
}

function aPolicy(name: string, stores?: object): PolicyView {
  const spec = { namespaceSelector: {}, ...(stores === undefined ? {} : { stores }) };
  const metadata = { namespace: '', name, uid: name };
  return viewPolicy(aStoredObject('TenantPolicy', { metadata, spec }));
}

const shop = { name: 'shop', labels: { team: 'a' } };
const addresses = ['https://vault.test:8200', 'https://other.test'];
const allowing = { addresses, roles: ['{{namespace}}-*'] };

function answerOf(store: Store, policies: readonly PolicyView[] = []): string {
  const decision = decideStoreUse(store, shop, policies);
  if (decision.kind === 'allowed') return decision.entries.map(({ host }) => host).join();
  return `${decision.error.code}: ${decision.error.message}`;
}

describe('a ClusterStore', () => {
  it('is for the namespaces that it selects, without a policy', () => {
    const store = aStore({ namespace: '', name: 'cluster/vault', namespaceSelector: {} });
    expect(answerOf(store)).toBe('vault.test');
    const other = { ...store, namespaceSelector: { matchLabels: { team: 'b' } } };
    expect(answerOf(other)).toBe(
      'MAYFLY_TENANCY_STORE_NAMESPACE: store cluster/vault is not for namespace shop',
    );
  });
});

describe('a Store', () => {
  it('is for its own namespace alone', () => {
    expect(answerOf(aStore({ namespace: 'other' }), [aPolicy('all', allowing)])).toMatch(
      /^MAYFLY_TENANCY_STORE_NAMESPACE: /u,
    );
  });

  it('is used by nobody while it is suspended', () => {
    expect(answerOf(aStore({ suspend: true }), [aPolicy('all', allowing)])).toBe(
      'MAYFLY_TENANCY_STORE_SUSPENDED: store vault is suspended',
    );
  });

  it('needs a policy', () => {
    expect(answerOf(aStore())).toBe(
      'MAYFLY_TENANCY_STORE_ADDRESS: the address of Store shop/vault is not allowed by the closed defaults (no TenantPolicy selects the namespace)',
    );
    expect(answerOf(aStore(), [aPolicy('quiet')])).toMatch(/by TenantPolicy quiet$/u);
  });

  it('is allowed by the entries that name its address', () => {
    expect(answerOf(aStore(), [aPolicy('all', allowing)])).toBe('vault.test');
    const wide = { ...allowing, addresses: ['https://*.test:8200'] };
    expect(answerOf(aStore(), [aPolicy('wide', wide)])).toBe('*.test');
  });

  it('is refused for each clause by its name', () => {
    const policies = [aPolicy('all', allowing)];
    const change = (more: Partial<VaultProvider>): Store =>
      aStore({ provider: { ...provider, ...more } });
    expect(answerOf(change({ address: 'https://vault.test' }), policies)).toMatch(
      /^MAYFLY_TENANCY_STORE_ADDRESS: /u,
    );
    const login = { ...provider.login, role: 'admin' };
    expect(answerOf(change({ login }), policies)).toMatch(/^MAYFLY_TENANCY_STORE_ROLE: /u);
    expect(answerOf(change({ audience: 'https://other.test' }), policies)).toMatch(
      /^MAYFLY_TENANCY_STORE_AUDIENCE: /u,
    );
  });

  it('may ask for an audience that a policy lists', () => {
    const store = aStore({ provider: { ...provider, audience: 'vault' } });
    expect(answerOf(store, [aPolicy('all', { ...allowing, audiences: ['vault'] })])).toBe(
      'vault.test',
    );
  });

  it('is allowed by one policy as a whole: two lend each other nothing', () => {
    const policies = [
      aPolicy('address', { addresses, roles: ['none'] }),
      aPolicy('role', { addresses: ['https://else.test'], roles: ['*'] }),
    ];
    expect(answerOf(aStore(), policies)).toBe(
      'MAYFLY_TENANCY_STORE_ROLE: the role of Store shop/vault is not allowed by TenantPolicy address (nor by 1 more)',
    );
    expect(answerOf(aStore(), [...policies, aPolicy('whole', allowing)])).toBe('vault.test');
  });

  it('is not allowed by a broken policy', () => {
    expect(answerOf(aStore(), [aPolicy('broken', { addresses: 'all' })])).toMatch(
      /^MAYFLY_TENANCY_POLICY_INVALID: /u,
    );
  });

  it('of the kind kubernetes needs none: it reads its own namespace', () => {
    expect(answerOf(aStore({ provider: { kind: 'kubernetes' } }))).toBe('');
  });

  it('of the kind git needs none: its GitSource is judged by itself', () => {
    const provider = { kind: 'git', sourceName: 'repo', path: '', keys: [] } as const;
    expect(answerOf(aStore({ provider }))).toBe('');
  });
});
