import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import type { LintedSubject, LintedTest } from './linted-subject.ts';

/** Whether the branches, tags and environments of a subject are those that its author means. */
export function findRefFaults(subject: LintedSubject): readonly MayflyError[] {
  return subject.tests.flatMap((test) => [
    ...findPrefixes(test),
    ...findRefs(subject, test),
    ...findEnvironments(subject, test),
  ]);
}

const starAtWord = /^.*(?:[A-Za-z0-9]{2}\*|\*[A-Za-z0-9]{2}).*$/u;

function findPrefixes({ clause, row, oneOf }: LintedTest): readonly MayflyError[] {
  const isLoose = row.glob && oneOf.some((value) => starAtWord.test(value));
  return isLoose ? [createError('MAYFLY_POLICY_PREFIX', { clause })] : [];
}

const branchNames = new Set(['branch', 'ref', 'refPath']);

function findRefs(
  subject: LintedSubject,
  { clause, row, oneOf }: LintedTest,
): readonly MayflyError[] {
  if (!branchNames.has(row.name)) return [];
  const isAny = oneOf.some(isAnyBranch) && !subject.demands('refProtected');
  const any = isAny ? [createError('MAYFLY_POLICY_REF_ANY', { clause })] : [];
  return [
    ...any,
    ...(isFullRef(subject, row.name)
      ? findFull(subject, { clause, oneOf })
      : findBare(subject, { clause, row })),
  ];
}

/** Of every system but GitLab `ref` begins with `refs/`. */
function isFullRef({ kind }: LintedSubject, name: string): boolean {
  return name === 'refPath' || (name === 'ref' && kind !== 'gitlab');
}

/** A `*` never reaches over a slash, but most branches have none. */
export function isAnyBranch(value: string): boolean {
  return /^(?:refs\/(?:heads|\*)\/)?\*(?:\/\*)*$/u.test(value);
}

function findFull(
  subject: LintedSubject,
  { clause, oneOf }: Pick<LintedTest, 'clause' | 'oneOf'>,
): readonly MayflyError[] {
  const isShort = oneOf.some((value) => !value.startsWith('refs/'));
  const isOpen = oneOf.some((value) => /^refs\/[^/]*\*.*$/u.test(value)) && !subject.has('refType');
  return [
    ...(isShort ? [createError('MAYFLY_POLICY_REF_SHORT', { clause })] : []),
    ...(isOpen ? [createError('MAYFLY_POLICY_REF_TYPE', { clause })] : []),
  ];
}

function findBare(
  subject: LintedSubject,
  { clause, row }: Pick<LintedTest, 'clause' | 'row'>,
): readonly MayflyError[] {
  const isOpen = row.name === 'ref' && !subject.has('refType', 'refPath');
  return isOpen ? [createError('MAYFLY_POLICY_REF_TYPE', { clause })] : [];
}

const beside = ['ref', 'refPath', 'environmentId', 'workflow', 'jobWorkflow', 'configFile'];

function findEnvironments(
  subject: LintedSubject,
  { clause, row }: LintedTest,
): readonly MayflyError[] {
  const isHeld =
    subject.has(...beside) ||
    subject.demands('refProtected') ||
    subject.demands('environmentProtected');
  if (row.name !== 'environment' || isHeld) return [];
  return [createError('MAYFLY_POLICY_ENVIRONMENT_ALONE', { clause })];
}
