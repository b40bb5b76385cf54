import type { Identity } from '../identity/identity.ts';
import type { Reference } from '../reference/reference.ts';
import type { CompiledGrant, CompiledPolicy } from './compile-policy.ts';
import type { AccessRequest, Decision, Denial } from './decision.ts';
import { matchSubject, type ClauseResult } from './match-subject.ts';

/**
 * Whether a policy gives an identity what it asks for: one of its subjects has to match, and for each reference one of
 * its grants. A missing attribute is no match. A policy of the mode `Audit`, or suspended, never grants. The denial names
 * the first clause that failed of the subject that came nearest.
 */
export function matchPolicy(
  policy: CompiledPolicy,
  identity: Identity,
  request: AccessRequest,
): Decision {
  if (policy.suspend) return deny('suspend');
  const subject = findSubject(policy, identity);
  if (typeof subject === 'string') return deny(subject);
  const ttlMs = findTtl(policy, request);
  if (typeof ttlMs === 'string') return deny(ttlMs);
  const grant = { kind: 'grant', subject, ttlMs } as const;
  return policy.mode === 'Audit' ? { ...deny('mode'), would: grant } : grant;
}

function deny(clause: string): Denial {
  return { kind: 'denial', clause, would: null };
}

/** The index of the first subject that matches, or the clause that nobody came past. */
function findSubject({ subjects }: CompiledPolicy, identity: Identity): number | string {
  const results = subjects.map((subject) => matchSubject(subject, identity));
  const index = results.findIndex((clauses) => clauses.every(({ holds }) => holds));
  if (index >= 0) return index;
  const nearest = results.toSorted((a, b) => countHeld(b) - countHeld(a))[0];
  return nearest?.find(({ holds }) => !holds)?.clause ?? 'subjects';
}

/** How far a subject was matched: clauses behind the first that fails do not count. */
function countHeld(clauses: readonly ClauseResult[]): number {
  return clauses.findIndex(({ holds }) => !holds);
}

/** How long all references are granted for, or which one is not. Without references what every grant allows. */
function findTtl(
  { grants }: CompiledPolicy,
  { references, ttlMs }: AccessRequest,
): number | string {
  const limits = references.map((reference) => limitOf(grants, reference));
  const missing = limits.indexOf(null);
  if (missing >= 0) return `grants (references[${missing}])`;
  const known = references.length === 0 ? grants.map(({ maxTtlMs }) => maxTtlMs) : limits;
  const asked = ttlMs ?? Number.POSITIVE_INFINITY;
  return Math.min(asked, ...known.filter((limit) => limit !== null));
}

/** The longest of the grants that give it; null when none does. */
function limitOf(grants: readonly CompiledGrant[], reference: Reference): number | null {
  const giving = grants.filter((grant) => doesGive(grant, reference));
  return giving.length === 0 ? null : Math.max(...giving.map(({ maxTtlMs }) => maxTtlMs));
}

function doesGive(
  { store, matchesPath, keys }: CompiledGrant,
  { store: asked, path, key }: Reference,
): boolean {
  const isKey = keys === null || (key !== null && keys.has(key));
  return store === asked && isKey && matchesPath(path);
}
