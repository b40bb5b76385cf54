import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { compilePolicy, type CompiledPolicy } from '#core/trust/compile-policy.ts';
import { aStored } from './a-stored.ts';

/** Jobs on main of repository 2 of owner 1. */
export const githubSubject = {
  issuer: 'github',
  ownerId: ['1'],
  repositoryId: ['2'],
  ref: ['refs/heads/main'],
};

/** A compiled AccessPolicy of the namespace `shop`; throws what is wrong with it. */
export function aPolicy(spec: object = {}): CompiledPolicy {
  const grants = [{ store: 'vault', paths: ['app/*'], maxTtl: '15m' }];
  const full = { subjects: [{ github: githubSubject }], grants, ...spec };
  const parsed = parseAccessPolicy(aStored('AccessPolicy', 'release', full));
  if (parsed.kind === 'invalid') throw new Error(parsed.errors.map(String).join('; '));
  return compilePolicy(parsed.value);
}
