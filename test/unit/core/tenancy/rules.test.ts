import { describe, expect, it } from '@jest/globals';
import { parseTenantPolicy, type TenantPolicy } from '#core/api/tenant-policy.ts';
import { parseGitUrl } from '#core/git/address/git-url.ts';
import { closedRules, resolveRules } from '#core/tenancy/rules.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

const hour = 3_600_000;
const defaults = {
  allowedHosts: ['git.test'],
  ttl: { minTtlMs: 60_000, maxTtlMs: 48 * hour },
  ownNamespace: 'mayfly-system',
};

function aPolicy(spec: object): TenantPolicy {
  const object = aStoredObject('TenantPolicy', {
    metadata: { namespace: '', name: 'a', uid: 'a' },
    spec: { namespaceSelector: {}, ...spec },
  });
  const parsed = parseTenantPolicy(object);
  if (parsed.kind === 'invalid') throw new Error('the test expects a policy');
  return parsed.value;
}

describe('the rules for a namespace', () => {
  it('are closed without a policy: a day at most, whatever the configuration allows', () => {
    expect(closedRules(defaults)).toMatchObject({
      minTtlMs: 60_000,
      maxTtlMs: 24 * hour,
      lifetimes: null,
      restart: [],
    });
    const strict = { ...defaults, ttl: { minTtlMs: 60_000, maxTtlMs: hour } };
    expect(closedRules(strict).maxTtlMs).toBe(hour);
  });

  it('are those of the policy where it says something', () => {
    const policy = aPolicy({ ttl: { max: '7d' }, lifetimes: ['Once'], restart: ['web'] });
    expect(resolveRules(policy, { defaults, others: 2 })).toMatchObject({
      label: 'TenantPolicy a (nor by 2 more)',
      minTtlMs: 60_000,
      maxTtlMs: 168 * hour,
      lifetimes: ['Once'],
      restart: ['web'],
    });
  });

  it('name every host of the patterns that an address fits', () => {
    const urls = ['https://git.test/a/*', 'https://*.test/a/*', 'https://other.test/a/*'];
    const rules = resolveRules(aPolicy({ git: { urls } }), { defaults, others: 0 });
    expect(rules.allowUrl(parseGitUrl('https://git.test/a/b'))).toEqual({
      kind: 'allowed',
      hosts: ['git.test:443', '*.test'],
    });
    expect(rules.allowUrl(parseGitUrl('https://git.test/b'))).toEqual({ kind: 'refused' });
  });
});
