import type { AccessPolicy, PolicySubject } from '../access-policy.ts';
import type { AttributeRow } from '../../identity/attribute-row.ts';
import { findRow } from '../../identity/find-row.ts';
import { nameSubject } from '../subject-names.ts';

/** One test of a subject, with what is known of its attribute. */
export interface LintedTest {
  /** As findings name it: `subjects[0].github.ref`. */
  readonly clause: string;
  readonly row: AttributeRow;
  readonly oneOf: readonly string[];
}

/** A subject of CI jobs as the rules look at it. */
export interface LintedSubject extends Pick<PolicySubject, 'kind' | 'allow' | 'acceptNames'> {
  readonly clause: string;
  readonly tests: readonly LintedTest[];
  /** Whether one of these attributes is tested. */
  readonly has: (...attributes: readonly string[]) => boolean;
  /** Whether a flag has to be true. */
  readonly demands: (attribute: string) => boolean;
  /** The values of a test; empty where there is none. */
  readonly valuesOf: (attribute: string) => readonly string[];
}

export function listJobSubjects({ subjects }: AccessPolicy): readonly LintedSubject[] {
  return subjects.flatMap((subject, index) =>
    subject.kind === 'kubernetes' ? [] : [prepare(subject, nameSubject(subject, index))],
  );
}

function prepare(
  { kind, allow, acceptNames, tests }: PolicySubject,
  clause: string,
): LintedSubject {
  const values = new Map(tests.map(({ attribute, oneOf }) => [attribute, oneOf]));
  return {
    kind,
    allow,
    acceptNames,
    clause,
    tests: tests.flatMap(({ attribute, oneOf }) => {
      const row = findRow(kind, attribute);
      return row === null ? [] : [{ clause: `${clause}.${attribute}`, row, oneOf }];
    }),
    has: (...attributes) => attributes.some((attribute) => values.has(attribute)),
    demands: (attribute) => values.get(attribute)?.join() === 'true',
    valuesOf: (attribute) => values.get(attribute) ?? [],
  };
}
