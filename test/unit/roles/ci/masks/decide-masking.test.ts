import { expect, it } from '@jest/globals';
import { decideMasking } from '#roles/ci/masks/decide-masking.ts';

it.each([
  { env: { CI: 'true', GITHUB_ACTIONS: 'true' }, masking: 'github' },
  { env: { TF_BUILD: 'True' }, masking: 'azure' },
  { env: { CI: 'true' }, masking: 'filter' },
  { env: {}, masking: 'none' },
])('values are masked as suits the system: $masking', ({ env, masking }) => {
  expect(decideMasking({ env })).toBe(masking);
});
