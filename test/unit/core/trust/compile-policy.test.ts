import { expect, it } from '@jest/globals';
import type { AccessPolicy } from '#core/trust/access-policy.ts';
import { compilePolicy } from '#core/trust/compile-policy.ts';

const policy: AccessPolicy = {
  name: 'shop/p',
  namespace: 'shop',
  generation: 3,
  subjects: [
    {
      kind: 'github',
      issuer: 'github',
      tests: [
        { attribute: 'repositoryId', oneOf: ['*', '2'] },
        { attribute: 'ref', oneOf: ['refs/heads/*'] },
      ],
      allow: new Set(),
      acceptNames: false,
    },
  ],
  grants: [{ store: 's', paths: ['a/*', 'b'], keys: ['k'], maxTtlMs: 60_000 }],
  mode: 'Enforce',
  suspend: false,
};

it('a * is a glob where the table of the system says so, and a letter elsewhere', () => {
  const [repository, ref] = compilePolicy(policy).subjects[0]?.tests ?? [];
  expect(['*', '2', '3'].map((id) => repository?.matches(id))).toEqual([true, true, false]);
  expect(['refs/heads/a', 'refs/tags/a'].map((name) => ref?.matches(name))).toEqual([true, false]);
});

it('a compiled policy keeps its name, generation and times', () => {
  const { name, generation, grants, subjects } = compilePolicy(policy);
  expect({ name, generation }).toEqual({ name: 'shop/p', generation: 3 });
  expect(subjects[0]?.name).toBe('subjects[0].github');
  expect(grants[0]).toMatchObject({ store: 's', keys: new Set(['k']), maxTtlMs: 60_000 });
  expect(['a/x', 'b', 'c'].map((path) => grants[0]?.matchesPath(path))).toEqual([
    true,
    true,
    false,
  ]);
});
