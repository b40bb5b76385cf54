import type { Identity } from '../identity/identity.ts';
import type { Reference } from '../reference/reference.ts';
import type { CompiledGrant, CompiledPolicy } from './compile-policy.ts';
import type { AccessRequest, Decision, Denial, Grant } from './decision.ts';
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
  const given = findGiven(policy, request);
  if (typeof given === 'string') return deny(given);
  const grant = { kind: 'grant', subject, ...given } as const;
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

/** What one reference is given. */
interface Given {
  readonly ttlMs: number;
  /** Null for what the reference asks for. */
  readonly keys: ReadonlySet<string> | null;
}

/** What all references are given together, or which one is given nothing. Without references the time of every grant. */
function findGiven(
  { grants }: CompiledPolicy,
  { references, ttlMs, isPartial }: AccessRequest,
): Omit<Grant, 'kind' | 'subject'> | string {
  const given = references.map((reference) => giveOf(grants, reference, isPartial));
  const missing = given.indexOf(null);
  if (missing >= 0) return `grants (references[${missing}])`;
  const known = given.filter((each) => each !== null);
  const limits = references.length === 0 ? grants.map(({ maxTtlMs }) => maxTtlMs) : [];
  const asked = ttlMs ?? Number.POSITIVE_INFINITY;
  return {
    ttlMs: Math.min(asked, ...limits, ...known.map((each) => each.ttlMs)),
    keys: known.map(({ keys }) => keys),
  };
}

/**
 * By the longest of the grants that give all of it. Of a whole path that none gives, the keys of those that give some,
 * by the shortest: no key is lent longer than its grant says.
 */
function giveOf(
  grants: readonly CompiledGrant[],
  { store, path, key }: Reference,
  isPartial: boolean,
): Given | null {
  const there = grants.filter((grant) => grant.store === store && grant.matchesPath(path));
  const whole = there.filter(({ keys }) => keys === null || (key !== null && keys.has(key)));
  if (whole.length > 0) {
    return { ttlMs: Math.max(...whole.map(({ maxTtlMs }) => maxTtlMs)), keys: null };
  }
  if (!isPartial || key !== null || there.length === 0) return null;
  return {
    ttlMs: Math.min(...there.map(({ maxTtlMs }) => maxTtlMs)),
    keys: new Set(there.flatMap(({ keys }) => [...(keys ?? [])])),
  };
}
