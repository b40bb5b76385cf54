import type { MayflyError } from '../../errors/mayfly-error.ts';
import { parseAccessPolicy } from '../parse-access-policy.ts';
import { parseEphemeralSecret } from '../ephemeral-secret.ts';
import { parseGitSource } from '../git-source.ts';
import type { KindName, StoredObject } from '../object.ts';
import type { Parsed } from '../schema/validate.ts';
import { parseStore } from '../store.ts';
import { parseTenantPolicy } from '../tenant-policy.ts';
import { parseTokenIssuer } from '../token-issuer.ts';

const parsers: Readonly<Record<KindName, (object: StoredObject) => Parsed<unknown>>> = {
  GitSource: parseGitSource,
  EphemeralSecret: parseEphemeralSecret,
  Store: parseStore,
  AccessPolicy: parseAccessPolicy,
  ClusterStore: parseStore,
  ClusterAccessPolicy: parseAccessPolicy,
  TokenIssuer: parseTokenIssuer,
  TenantPolicy: parseTenantPolicy,
};

/** Everything that is wrong with the spec of an object of ours, as who works on it would say it. */
export function checkSpec(object: StoredObject): readonly MayflyError[] {
  const parsed = parsers[object.kind](object);
  return parsed.kind === 'valid' ? [] : parsed.errors;
}
