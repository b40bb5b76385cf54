import type { AccessPolicy, PolicyGrant } from './access-policy.ts';
import { findRow } from '../identity/find-row.ts';
import type { Exposure, IssuerKind } from '../identity/identity.ts';
import { parseGlob, parsePathGlob, type TextMatcher } from './glob.ts';
import { nameSubject } from './subject-names.ts';

/** One test of a subject, ready to be asked. */
export interface CompiledTest {
  readonly attribute: string;
  readonly matches: TextMatcher;
}

export interface CompiledSubject {
  /** As clauses begin: `subjects[0].github`. */
  readonly name: string;
  readonly kind: IssuerKind;
  readonly issuer: string;
  readonly allow: ReadonlySet<Exposure>;
  readonly tests: readonly CompiledTest[];
}

export interface CompiledGrant {
  readonly store: string;
  readonly matchesPath: TextMatcher;
  /** Null for every key. */
  readonly keys: ReadonlySet<string> | null;
  readonly maxTtlMs: number;
}

/** A policy as requests are matched against it. */
export interface CompiledPolicy extends Pick<
  AccessPolicy,
  'name' | 'namespace' | 'generation' | 'mode' | 'suspend'
> {
  readonly subjects: readonly CompiledSubject[];
  readonly grants: readonly CompiledGrant[];
}

/** Makes a policy ready for `matchPolicy`: once, for all requests. */
export function compilePolicy({ subjects, grants, ...head }: AccessPolicy): CompiledPolicy {
  return {
    ...head,
    subjects: subjects.map((subject, index) => ({
      name: nameSubject(subject, index),
      kind: subject.kind,
      issuer: subject.issuer,
      allow: subject.allow,
      tests: subject.tests.map(({ attribute, oneOf }) => ({
        attribute,
        matches: matchValues(oneOf, findRow(subject.kind, attribute)?.glob ?? false),
      })),
    })),
    grants: grants.map(compileGrant),
  };
}

function compileGrant({ store, paths, keys, maxTtlMs }: PolicyGrant): CompiledGrant {
  return {
    store,
    matchesPath: matchAny(paths.map(parsePathGlob)),
    keys: keys === null ? null : new Set(keys),
    maxTtlMs,
  };
}

/** Of what may hold no globs a `*` is a character like any other. */
function matchValues(oneOf: readonly string[], isGlob: boolean): TextMatcher {
  return isGlob ? matchAny(oneOf.map(parseGlob)) : (text) => oneOf.includes(text);
}

function matchAny(matchers: readonly TextMatcher[]): TextMatcher {
  return (text) => matchers.some((matches) => matches(text));
}
