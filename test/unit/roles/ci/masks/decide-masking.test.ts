import { expect, it } from '@jest/globals';
import { decideMasking } from '#roles/ci/masks/decide-masking.ts';

it.each([
  { env: { CI: 'true', GITHUB_ACTIONS: 'true' }, masking: 'github', kept: 'filter' },
  { env: { TF_BUILD: 'True' }, masking: 'azure', kept: 'filter' },
  { env: { CI: 'true' }, masking: 'filter', kept: 'filter' },
  { env: {}, masking: 'none', kept: 'none' },
])('values are masked as suits the system: $masking', ({ env, masking, kept }) => {
  expect(decideMasking({ env, isLogKept: false })).toBe(masking);
  expect(decideMasking({ env, isLogKept: true })).toBe(kept);
});
