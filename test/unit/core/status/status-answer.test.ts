import { expect, it } from '@jest/globals';
import { parseReconcileAnswer, parseStatusAnswer } from '#core/status/status-answer.ts';

it('an answer of a running program is taken as it is, and anything else is none', () => {
  const answer = { version: '1', objects: [], faults: [] };
  expect(parseStatusAnswer(answer)).toBe(answer);
  expect(parseStatusAnswer({ ...answer, objects: [{ name: 'a' }] })).toBeNull();
  expect(parseReconcileAnswer({ found: 1 })).toEqual({ found: 1 });
  expect(parseReconcileAnswer('1')).toBeNull();
});
