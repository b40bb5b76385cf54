import type { AccessPolicy, AttributeTest, PolicySubject } from './access-policy.ts';
import type { TokenIssuer } from '../api/token-issuer.ts';
import { attributeTables } from '../identity/attribute-tables.ts';
import type { Claims, Identity } from '../identity/identity.ts';
import { parseIdentity } from '../identity/parse-identity.ts';
import { compilePolicy } from './compile-policy.ts';
import type { AccessRequest, Decision } from './decision.ts';
import { matchPolicy } from './match-policy.ts';
import { matchSubject, type ClauseResult } from './match-subject.ts';

/** What one subject of a policy says of a token. */
export interface SubjectExplanation {
  /** Such as `subjects[0].github`. */
  readonly name: string;
  readonly clauses: readonly ClauseResult[];
  /** The attributes that are not tested: whatever they are, the subject matches. */
  readonly open: readonly string[];
  /** The tests that hold for more than one value. */
  readonly wide: readonly AttributeTest[];
}

export interface PolicyExplanation {
  readonly policy: string;
  readonly decision: Decision;
  readonly subjects: readonly SubjectExplanation[];
}

export interface ExplainedToken {
  readonly claims: Claims;
  /** A TokenIssuer by its name, where it is at hand: then the claim `iss` has to be its own. */
  readonly findIssuer: (name: string) => TokenIssuer | null;
  readonly request: AccessRequest;
}

/**
 * What a policy would decide about claims, with each clause of each subject, and who else could match. The claims are
 * taken at their word: neither signature, audience nor times are looked at.
 */
export function explainPolicy(policy: AccessPolicy, token: ExplainedToken): PolicyExplanation {
  const compiled = compilePolicy(policy);
  const looks = compiled.subjects.map((subject) => {
    const identity = identify(subject, token);
    return { name: subject.name, identity, clauses: matchSubject(subject, identity) };
  });
  const nearest = looks.toSorted((a, b) => rank(b.clauses) - rank(a.clauses))[0];
  return {
    policy: policy.name,
    decision:
      nearest === undefined
        ? { kind: 'denial', clause: 'subjects', would: null }
        : matchPolicy(compiled, nearest.identity, token.request),
    subjects: policy.subjects.flatMap((subject, index) =>
      looks.slice(index, index + 1).map(({ name, clauses }) => ({
        name,
        clauses,
        open: findOpen(subject),
        wide: subject.tests.filter(({ oneOf }) => oneOf.length > 1 || oneOf.join().includes('*')),
      })),
    ),
  };
}

/** Who asks if the token is one of the issuer that this subject names. */
function identify(
  { kind, issuer }: Pick<PolicySubject, 'kind' | 'issuer'>,
  { claims, findIssuer }: ExplainedToken,
): Identity {
  const known = findIssuer(issuer);
  const isOther = known !== null && claims['iss'] !== known.issuer;
  return { ...parseIdentity({ kind, name: issuer }, claims), ...(isOther && { issuer: '' }) };
}

/** How near a subject came: one that matches comes before all others. */
function rank(clauses: readonly ClauseResult[]): number {
  const held = clauses.filter(({ holds }) => holds).length;
  return held === clauses.length ? Number.POSITIVE_INFINITY : held;
}

function findOpen({ kind, tests }: PolicySubject): readonly string[] {
  if (kind === 'kubernetes') return ['pod', 'node'];
  const tested = new Set(tests.map(({ attribute }) => attribute));
  return attributeTables[kind].map(({ name }) => name).filter((name) => !tested.has(name));
}
