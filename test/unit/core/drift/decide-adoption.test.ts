import { expect, it } from '@jest/globals';
import { refuseAdoption, type AdoptionFacts } from '#core/drift/decide-adoption.ts';

const free: AdoptionFacts = { type: 'Opaque', isControlled: false, isEnding: false };

it.each<[string, Partial<AdoptionFacts>, string | null]>([
  ['a plain Secret', {}, null],
  ['a Secret of a controller', { isControlled: true }, 'is kept by another controller'],
  [
    'a token of the cluster',
    { type: 'kubernetes.io/service-account-token' },
    'has a type that is never taken over',
  ],
  ['a Secret on its way out', { isEnding: true }, 'is being deleted'],
])('%s may be taken over or not', (_what, change, problem) => {
  expect(refuseAdoption({ ...free, ...change })).toBe(problem);
});
