import type { AccessPolicy } from '#core/trust/access-policy.ts';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { formatRef, type StoredObject } from '#core/api/object.ts';
import { readDocument } from '#core/api/read-document.ts';
import { parseTokenIssuer, type TokenIssuer } from '#core/api/token-issuer.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { readInput } from '../files/read-input.ts';
import type { Terminal } from '../frame/terminal.ts';

/** The objects of ours in a file. */
export async function readOwnObjects(
  terminal: Terminal,
  file: string,
): Promise<readonly StoredObject[]> {
  const documents = parsePlainYaml(await readInput(terminal, file), file);
  return documents.flatMap((document) => readDocument(document) ?? []);
}

/** {@link readOwnObjects}. Throws `MAYFLY_POLICY_NOT_FOUND` when no policy is among them. */
export async function readPolicyObjects(
  terminal: Terminal,
  file: string,
): Promise<readonly StoredObject[]> {
  const objects = await readOwnObjects(terminal, file);
  if (objects.some(isPolicy)) return objects;
  throw createError('MAYFLY_POLICY_NOT_FOUND', { place: file });
}

export function isPolicy({ kind }: StoredObject): boolean {
  return kind === 'AccessPolicy' || kind === 'ClusterAccessPolicy';
}

/** How people name an object: `AccessPolicy shop/release`. */
export function nameObject({ kind, metadata }: StoredObject): string {
  return `${kind} ${formatRef(metadata)}`;
}

/** Policies, and the TokenIssuers that stand beside them. */
export interface PolicyWorld {
  readonly policies: readonly AccessPolicy[];
  readonly findIssuer: (name: string) => TokenIssuer | null;
}

/** Throws what is wrong with the first object that is wrong. */
export function readPolicyWorld(objects: readonly StoredObject[]): PolicyWorld {
  const issuers = objects.filter(({ kind }) => kind === 'TokenIssuer').map(takeIssuer);
  const found = new Map(issuers.map((issuer) => [issuer.name, issuer]));
  return {
    policies: objects.filter(isPolicy).map(takePolicy),
    findIssuer: (name) => found.get(name) ?? null,
  };
}

function takePolicy(object: StoredObject): AccessPolicy {
  const parsed = parseAccessPolicy(object);
  if (parsed.kind === 'valid') return parsed.value;
  throw parsed.errors[0] ?? createError('MAYFLY_POLICY_REFUSED', { count: 1 });
}

function takeIssuer(object: StoredObject): TokenIssuer {
  const parsed = parseTokenIssuer(object);
  if (parsed.kind === 'valid') return parsed.value;
  throw parsed.errors[0] ?? createError('MAYFLY_POLICY_REFUSED', { count: 1 });
}
