import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { isAnyBranch } from './find-ref-faults.ts';
import type { LintedSubject, LintedTest } from './linted-subject.ts';

/** Whether the code that a subject's jobs run can be a stranger's. */
export function findCodeFaults(subject: LintedSubject): readonly MayflyError[] {
  return [
    ...subject.tests.flatMap(findOpenWorkflows),
    ...findForks(subject),
    ...findNever(subject),
    ...findRunners(subject),
    ...findOrigins(subject),
  ];
}

/** OWNER/REPOSITORY/.github/workflows/FILE@REF, or HOST/PROJECT//FILE@REF: a `*` may stand behind the repository. */
const pinned = /^(?:[^/*@]+\/[^/*@]+\/\.github\/workflows\/[^/@]+|[^*@]+\/\/[^@]+)@(?<ref>[^@]+)$/u;
const workflowNames = ['workflow', 'jobWorkflow', 'configFile'];

function findOpenWorkflows({ clause, row, oneOf }: LintedTest): readonly MayflyError[] {
  if (!workflowNames.includes(row.name) || oneOf.every(isPinned)) return [];
  return [createError('MAYFLY_POLICY_WORKFLOW_OPEN', { clause })];
}

function isPinned(value: string): boolean {
  const ref = pinned.exec(value)?.groups?.['ref'];
  return ref !== undefined && !isAnyBranch(ref);
}

/** They run with the rights of the repository, started by whoever opens a pull request or writes a comment. */
const strangersEvents = ['pull_request_target', 'workflow_run', 'issue_comment'];

function findForks(subject: LintedSubject): readonly MayflyError[] {
  const { kind, clause, allow } = subject;
  const canPin = kind === 'github' || kind === 'gitlab';
  if (!canPin || subject.has(...workflowNames)) return [];
  const isEvent = subject.valuesOf('event').some((event) => strangersEvents.includes(event));
  const open = [...(allow.has('fork') ? ['allow'] : []), ...(isEvent ? ['event'] : [])];
  return open.map((part) =>
    createError('MAYFLY_POLICY_FORK_OPEN', { clause: `${clause}.${part}` }),
  );
}

const pullRequestEvents =
  /^(?:pull_request(?:_.*)?|merge_request_event|external_pull_request_event)$/u;

/** A test for what is refused anyhow. */
function findNever({ clause, allow, valuesOf }: LintedSubject): readonly MayflyError[] {
  if (allow.has('pullRequest')) return [];
  return ['event', 'pipelineSource'].flatMap((name) => {
    const isAsked = valuesOf(name).some((value) => pullRequestEvents.test(value));
    return isAsked ? [createError('MAYFLY_POLICY_NEVER', { clause: `${clause}.${name}` })] : [];
  });
}

function findRunners({ clause, allow, valuesOf }: LintedSubject): readonly MayflyError[] {
  const isOwn = valuesOf('runnerEnvironment').includes('self-hosted');
  const isOpen =
    allow.has('fork') || allow.has('pullRequest') || valuesOf('visibility').includes('public');
  if (!isOwn || !isOpen) return [];
  return [createError('MAYFLY_POLICY_SELF_HOSTED', { clause: `${clause}.runnerEnvironment` })];
}

function findOrigins({ kind, clause, has }: LintedSubject): readonly MayflyError[] {
  if (kind !== 'circleci' || !has('ref') || has('origin')) return [];
  return [createError('MAYFLY_POLICY_ORIGIN_MISSING', { clause: `${clause}.ref` })];
}
