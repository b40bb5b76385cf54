import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccessPolicy } from '#core/trust/access-policy.ts';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { githubAttributes } from '#core/identity/github/attribute-table.ts';
import type { Identity } from '#core/identity/identity.ts';
import { compilePolicy } from '#core/trust/compile-policy.ts';
import { matchPolicy } from '#core/trust/match-policy.ts';
import { aGithubIdentity } from '#test/support/policies/an-identity.ts';
import { aStored } from '#test/support/policies/a-stored.ts';

const names = githubAttributes.filter(({ type }) => type === 'text').map(({ name }) => name);
const tenants = githubAttributes.filter(({ tenant }) => tenant).map(({ name }) => name);
/** Few letters, so that much of it matches. */
const texts = fc.string({
  unit: fc.constantFrom('a', 'b', '/', '-', ':'),
  minLength: 1,
  maxLength: 6,
});
const patterns = fc.string({
  unit: fc.constantFrom('a', 'b', '/', '-', '*'),
  minLength: 1,
  maxLength: 6,
});
const attributes = fc.dictionary(fc.constantFrom(...names), texts);
const tests = fc.dictionary(
  fc.constantFrom(...names),
  fc.array(fc.oneof(texts, patterns), { minLength: 1, maxLength: 3 }),
  { minKeys: 1 },
);

type Tests = Readonly<Record<string, readonly string[]>>;

/** A policy as no lint has seen it: matching alone has to be safe. */
function policyOf(wanted: Tests, mode: AccessPolicy['mode'] = 'Enforce'): AccessPolicy {
  const list = Object.entries(wanted).map(([attribute, oneOf]) => ({ attribute, oneOf }));
  return {
    name: 'shop/p',
    namespace: 'shop',
    generation: 1,
    subjects: [
      { kind: 'github', issuer: 'github', tests: list, allow: new Set(), acceptNames: false },
    ],
    grants: [{ store: 's', paths: ['p'], keys: null, maxTtlMs: 60_000 }],
    mode,
    suspend: false,
  };
}

function identityOf(told: Readonly<Record<string, string>>): Identity {
  return { ...aGithubIdentity(), attributes: new Map(Object.entries(told)) };
}

function grants(policy: AccessPolicy, identity: Identity): boolean {
  const reference = { store: 's', path: 'p', key: null, version: null };
  const request = { references: [reference], ttlMs: null, isPartial: true };
  return matchPolicy(compilePolicy(policy), identity, request).kind === 'grant';
}

describe('matching', () => {
  it('never grants for characters added to a claim that tells the tenant', () => {
    const tenant = fc.constantFrom(...tenants);
    const changes = fc.record({ tenant, more: texts, at: fc.nat(6) });
    fc.assert(
      fc.property(tests, attributes, changes, (wanted, told, change) => {
        const values = wanted[change.tenant];
        const before = told[change.tenant];
        if (before === undefined || values === undefined) return true;
        const cut = Math.min(change.at, before.length);
        const longer = `${before.slice(0, cut)}${change.more}${before.slice(cut)}`;
        const identity = identityOf({ ...told, [change.tenant]: longer });
        return values.includes(longer) || !grants(policyOf(wanted), identity);
      }),
    );
  });

  it('never grants more for a clause more', () => {
    fc.assert(
      fc.property(tests, tests, attributes, (wanted, more, told) => {
        const identity = identityOf(told);
        const both = policyOf({ ...more, ...wanted });
        return !grants(both, identity) || grants(policyOf(wanted), identity);
      }),
    );
  });

  it('never grants where an attribute that is tested is missing', () => {
    fc.assert(
      fc.property(tests, attributes, fc.nat(), (wanted, told, index) => {
        const tested = Object.keys(wanted);
        const missing = tested[index % tested.length] ?? '';
        const { [missing]: _, ...rest } = told;
        return !grants(policyOf(wanted), identityOf(rest));
      }),
    );
  });

  it('never grants to an exposure that is not named, nor in the mode Audit', () => {
    const exposures = fc.subarray(['fork', 'pullRequest', 'sshRerun'] as const, { minLength: 1 });
    fc.assert(
      fc.property(attributes, exposures, (told, given) => {
        const wanted = Object.fromEntries(
          Object.entries(told).map(([name, text]) => [name, [text]]),
        );
        const identity = { ...identityOf(told), exposures: new Set(given) };
        return (
          !grants(policyOf(wanted), identity) &&
          !grants(policyOf(wanted, 'Audit'), identityOf(told))
        );
      }),
    );
  });

  it('takes whatever is written as a policy without an error of its own', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 4 }), fc.object(), (spec, github) => {
        const grant = { store: 'vault', paths: ['a'], maxTtl: '1m' };
        for (const each of [spec, { subjects: [{ github }], grants: [grant] }]) {
          parseAccessPolicy(aStored('AccessPolicy', 'p', each));
        }
      }),
    );
  });
});
