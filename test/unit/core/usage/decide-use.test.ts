import { expect, it } from '@jest/globals';
import { decideUse, type UseState } from '#core/usage/decide-use.ts';

const now = 1_000_000;
const used: UseState = { kind: 'used' };
const unused: UseState = { kind: 'unused' };
const lingering: UseState = { kind: 'lingering', until: now + 30_000 };

interface Case {
  readonly does: string;
  readonly before: UseState;
  readonly isReferenced: boolean;
  readonly passedMs?: number;
  readonly after: UseState;
}

it.each<Case>([
  { does: 'comes into use', before: unused, isReferenced: true, after: used },
  { does: 'stays in use', before: used, isReferenced: true, after: used },
  { does: 'comes back into use', before: lingering, isReferenced: true, after: used },
  {
    does: 'lingers after its last use',
    before: used,
    isReferenced: false,
    after: { kind: 'lingering', until: now + 60_000 },
  },
  {
    does: 'lingers no longer for being looked at',
    before: lingering,
    isReferenced: false,
    passedMs: 29_999,
    after: lingering,
  },
  {
    does: 'is unused when it has lingered',
    before: lingering,
    isReferenced: false,
    passedMs: 30_000,
    after: unused,
  },
  {
    does: 'does not linger when nothing is known of its use',
    before: unused,
    isReferenced: false,
    after: unused,
  },
])('a Secret $does', ({ before, isReferenced, passedMs = 0, after }) => {
  const facts = { before, isReferenced, lingerMs: 60_000, now: now + passedMs };
  expect(decideUse(facts)).toEqual(after);
});

it('a Secret that may not linger is unused at once', () => {
  expect(decideUse({ before: used, isReferenced: false, lingerMs: 0, now })).toEqual(unused);
});
