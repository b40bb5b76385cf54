import { describe, expect, it } from '@jest/globals';
import type { Condition } from '#core/api/status/condition.ts';
import { decideConditions } from '#core/api/status/conditions.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Outcome, Verdict } from '#core/ports/outcome.ts';
import { decideVerdict, firstVerdict, type Attempt } from '#platform/reconcile/attempt.ts';
import { evaluateKstatus, isMet, type KstatusVerdict } from '#test/support/kube/kstatus.ts';

const note = { reason: 'Synced', message: 'the Secrets are as the source says', changed: true };
const generation = 2;

function decide(verdict: Verdict, previous: readonly Condition[] = []): readonly Condition[] {
  return decideConditions(verdict, { previous, generation, now: Date.UTC(2026, 0, 1) });
}

function judge(conditions: readonly Condition[], metadata = { generation }): KstatusVerdict {
  return evaluateKstatus({ metadata, status: { observedGeneration: generation, conditions } });
}

function verdictOf(attempt: Attempt): Verdict {
  const verdict = decideVerdict(attempt);
  if (verdict === null) throw new Error('the attempt says nothing');
  return verdict;
}

function ended(outcome: Outcome): Attempt {
  return { kind: 'ended', outcome };
}

const states: readonly (readonly [string, Attempt, KstatusVerdict])[] = [
  ['that is done', ended({ kind: 'done', note }), 'Current'],
  ['to be looked at again', ended({ kind: 'again', afterMs: 1, note }), 'Current'],
  [
    'that waits for something',
    ended({ kind: 'again', afterMs: 1, note: { ...note, ready: 'Unknown' } }),
    'InProgress',
  ],
  [
    'with a wrong spec',
    ended({ kind: 'refused', code: 'MAYFLY_OBJECT_FIELD_UNKNOWN', message: 'wrong' }),
    'Failed',
  ],
  [
    'with a file that does not verify',
    ended({ kind: 'refused', code: 'MAYFLY_SOPS_MAC_MISMATCH', message: 'wrong' }),
    'Failed',
  ],
  [
    'that was denied',
    { kind: 'failed', error: createError('MAYFLY_KUBE_FORBIDDEN', { what: 'get', user: 'me' }) },
    'Failed',
  ],
  [
    'over a limit',
    { kind: 'failed', error: createError('MAYFLY_SYNC_TOO_MANY_FILES', { path: '.', limit: 1 }) },
    'Failed',
  ],
  [
    'whose source does not answer',
    { kind: 'failed', error: createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }) },
    'InProgress',
  ],
  [
    'that lost a race',
    { kind: 'failed', error: createError('MAYFLY_SINK_CONFLICT', { namespace: 'a', name: 'b' }) },
    'InProgress',
  ],
  [
    'over which we stumbled',
    { kind: 'failed', error: createError('MAYFLY_INTERNAL_BUG', { where: 'test' }) },
    'InProgress',
  ],
];

describe('kstatus', () => {
  it.each(states)('sees an object %s for what it is', (_, attempt, expected) => {
    expect(judge(decide(verdictOf(attempt)))).toBe(expected);
  });

  it('sees a new object as in progress', () => {
    expect(judge(decide(firstVerdict))).toBe('InProgress');
    expect(
      evaluateKstatus({ metadata: { generation: 1 }, status: { observedGeneration: -1 } }),
    ).toBe('InProgress');
  });

  it('sees a change of the spec as in progress until it was looked at', () => {
    const conditions = decide(verdictOf(ended({ kind: 'done', note })));
    const changed = { generation: generation + 1 };
    expect(judge(conditions, changed)).toBe('InProgress');
    expect(isMet('Ready', changed, conditions)).toBe(false);
    expect(isMet('Ready', { generation }, conditions)).toBe(true);
  });

  it('sees an object that heals as current again', () => {
    const stalled = decide(verdictOf(states[3]?.[1] ?? ended({ kind: 'done', note })));
    expect(judge(stalled)).toBe('Failed');
    expect(judge(decide(verdictOf(ended({ kind: 'done', note })), stalled))).toBe('Current');
  });

  it('sees a deleted object as terminating', () => {
    const metadata = { generation, deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(judge(decide(firstVerdict), metadata)).toBe('Terminating');
  });
});
