import { describe, expect, it } from '@jest/globals';
import type { StoredObject } from '#core/api/object.ts';
import { decideTenancy, type TenancyRequest } from '#core/tenancy/decide-tenancy.ts';
import { doesPolicySelect, viewPolicy, type PolicyView } from '#core/tenancy/policy-view.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

const hour = 3_600_000;
const defaults = {
  allowedHosts: ['git.test'],
  ttl: { minTtlMs: 60_000, maxTtlMs: 48 * hour },
  ownNamespace: 'mayfly-system',
};
const lease = { ttlMs: hour, lifetime: 'Continuous', restart: [] } as const;

function aRequest(change: Partial<TenancyRequest> = {}): TenancyRequest {
  const source = { name: 'repo', url: 'https://git.test/a/app.git' };
  return { namespace: 'shop', source, secret: lease, ...change };
}

function anObject(name: string, spec: object): StoredObject {
  const metadata = { namespace: '', name, uid: name };
  return aStoredObject('TenantPolicy', { metadata, spec });
}

function aPolicy(name: string, spec: object = {}): PolicyView {
  return viewPolicy(anObject(name, { namespaceSelector: {}, ...spec }));
}

function refusalOf(request: TenancyRequest, policies: readonly PolicyView[] = []): string | null {
  const decision = decideTenancy(request, policies, defaults);
  return decision.kind === 'allowed' ? null : `${decision.error.code}: ${decision.error.message}`;
}

const elsewhere = { name: 'repo', url: 'https://other.test/a/app.git' };

describe('the closed defaults', () => {
  it('allow the hosts of the configuration, a day, and nothing to restart', () => {
    expect(decideTenancy(aRequest(), [], defaults)).toEqual({ kind: 'allowed', hosts: null });
    expect(refusalOf(aRequest({ secret: { ...lease, ttlMs: 24 * hour } }))).toBeNull();
    expect(refusalOf(aRequest({ source: null }))).toBeNull();
  });

  it('refuse each clause by its name', () => {
    const closed = 'the closed defaults (no TenantPolicy selects the namespace)';
    expect(refusalOf(aRequest({ source: elsewhere }))).toBe(
      `MAYFLY_TENANCY_GIT_URL: the url of GitSource shop/repo is not allowed by ${closed}`,
    );
    expect(refusalOf(aRequest({ secret: { ...lease, ttlMs: 25 * hour } }))).toBe(
      `MAYFLY_TENANCY_TTL: spec.ttl is not between 1m and 24h as demanded by ${closed}`,
    );
    expect(refusalOf(aRequest({ secret: { ...lease, ttlMs: 5_000 } }))).toMatch(
      /^MAYFLY_TENANCY_TTL/u,
    );
    expect(refusalOf(aRequest({ secret: { ...lease, restart: ['web'] } }))).toBe(
      `MAYFLY_TENANCY_RESTART: spec.restart[0] is not allowed by ${closed}`,
    );
  });

  it('stay closed where the configuration has longer leases, and follow it where it has shorter ones', () => {
    const strict = { ...defaults, ttl: { minTtlMs: 60_000, maxTtlMs: 600_000 } };
    const decision = decideTenancy(aRequest(), [], strict);
    expect(decision).toMatchObject({ kind: 'refused', error: { code: 'MAYFLY_TENANCY_TTL' } });
  });
});

describe('namespaces of the cluster and of Mayfly', () => {
  it.each(['kube-system', 'kube-public', 'kube-anything', 'mayfly-system'])(
    'such as %s get no Secret, whatever a policy says',
    (namespace) => {
      expect(refusalOf(aRequest({ namespace }), [aPolicy('all', { restart: ['*'] })])).toBe(
        `MAYFLY_TENANCY_NAMESPACE: no Secret is written in the namespace ${namespace}`,
      );
    },
  );

  it('may have a GitSource, which writes nothing', () => {
    expect(refusalOf(aRequest({ namespace: 'kube-system', secret: null }))).toBeNull();
  });
});

describe('one policy', () => {
  it('leaves what it does not mention to the closed defaults', () => {
    expect(refusalOf(aRequest(), [aPolicy('a')])).toBeNull();
    expect(refusalOf(aRequest({ source: elsewhere }), [aPolicy('a')])).toBe(
      'MAYFLY_TENANCY_GIT_URL: the url of GitSource shop/repo is not allowed by TenantPolicy a',
    );
  });

  it('may allow more than the configuration, and names the hosts that git may speak to', () => {
    const policy = aPolicy('a', {
      git: { urls: ['https://other.test/a/**'] },
      ttl: { max: '7d' },
      restart: ['web'],
    });
    const secret = { ...lease, ttlMs: 100 * hour, restart: ['web'] };
    expect(decideTenancy(aRequest({ source: elsewhere, secret }), [policy], defaults)).toEqual({
      kind: 'allowed',
      hosts: ['other.test:443'],
    });
  });

  it('may allow less than the configuration', () => {
    const policy = aPolicy('a', {
      git: { urls: ['https://git.test/b/**'] },
      ttl: { min: '10m', max: '30m' },
      lifetimes: ['Once'],
    });
    expect(refusalOf(aRequest(), [policy])).toMatch(/^MAYFLY_TENANCY_GIT_URL/u);
    expect(refusalOf(aRequest({ source: null }), [policy])).toBe(
      'MAYFLY_TENANCY_TTL: spec.ttl is not between 10m and 30m as demanded by TenantPolicy a',
    );
    const shorter = { ...lease, ttlMs: 1_200_000 };
    expect(refusalOf(aRequest({ source: null, secret: shorter }), [policy])).toBe(
      'MAYFLY_TENANCY_LIFETIME: spec.lifetime Continuous is not allowed by TenantPolicy a',
    );
  });

  it('refuses the first restart that it does not name', () => {
    const secret = { ...lease, restart: ['web', 'api'] };
    expect(refusalOf(aRequest({ secret }), [aPolicy('a', { restart: ['web'] })])).toBe(
      'MAYFLY_TENANCY_RESTART: spec.restart[1] is not allowed by TenantPolicy a',
    );
    expect(refusalOf(aRequest({ secret }), [aPolicy('a', { restart: ['*'] })])).toBeNull();
  });
});

describe('several policies', () => {
  const long = aPolicy('long', { ttl: { max: '7d' } });
  const foreign = aPolicy('foreign', { git: { urls: ['https://other.test/a/**'] } });

  it('allow what one of them allows', () => {
    expect(refusalOf(aRequest({ source: elsewhere }), [long, foreign])).toBeNull();
    const secret = { ...lease, ttlMs: 100 * hour };
    expect(refusalOf(aRequest({ secret }), [long, foreign])).toBeNull();
  });

  it('lend no clause to each other, and the nearest is named', () => {
    const secret = { ...lease, ttlMs: 100 * hour };
    expect(refusalOf(aRequest({ source: elsewhere, secret }), [long, foreign])).toBe(
      'MAYFLY_TENANCY_TTL: spec.ttl is not between 1m and 24h as demanded by TenantPolicy foreign (nor by 1 more)',
    );
  });

  it('are asked in any order with the same answer', () => {
    const nothing = aPolicy('a', { git: { urls: [] } });
    const both = [nothing, aPolicy('b', { git: { urls: [] } })];
    expect(refusalOf(aRequest(), both)).toBe(refusalOf(aRequest(), both.toReversed()));
  });
});

describe('a broken policy', () => {
  const namespace = { name: 'shop', labels: {} };
  const broken = aPolicy('bad', { git: { urls: ['nonsense'] } });

  it('allows nothing and leaves nothing to the defaults', () => {
    expect(refusalOf(aRequest(), [broken])).toBe(
      'MAYFLY_TENANCY_POLICY_INVALID: the policy bad is invalid and no other one allows this in namespace shop',
    );
  });

  it('takes nothing from what another one allows', () => {
    expect(refusalOf(aRequest(), [broken, aPolicy('good')])).toBeNull();
  });

  it('selects what its selector says, and everything when that cannot be read', () => {
    const selecting = aPolicy('bad', { ttl: 5, namespaceSelector: { matchNames: ['bank'] } });
    const unreadable = aPolicy('bad', { namespaceSelector: { matchName: 'bank' } });
    const none = viewPolicy(anObject('bad', {}));
    expect(doesPolicySelect(selecting, namespace)).toBe(false);
    expect(doesPolicySelect(unreadable, namespace)).toBe(true);
    expect(doesPolicySelect(none, namespace)).toBe(true);
  });
});
