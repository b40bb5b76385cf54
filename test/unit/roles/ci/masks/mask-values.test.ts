import { expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { maskValues } from '#roles/ci/masks/mask-values.ts';
import { createFakeCiWorld } from '#test/support/ci/fake-ci-world.ts';

function valuesOf(text: string) {
  return new Map([['TOKEN', SecretBytes.take(Buffer.from(text))]]);
}

it('a command for the runner is one line, whatever is in the value', () => {
  const world = createFakeCiWorld();
  maskValues(world, valuesOf('50%\rabc'), { masking: 'github', allowShort: false });
  const [first, ...others] = world.written().trimEnd().split('\n');
  expect(first).toBe('::add-mask::50%25%0Dabc');
  expect(others.every((line) => line.startsWith('::add-mask::'))).toBe(true);
});

it('the runner of Azure DevOps has a command of its own', () => {
  const world = createFakeCiWorld();
  maskValues(world, valuesOf('secret'), { masking: 'azure', allowShort: false });
  expect(world.written()).toContain('##vso[task.setsecret]secret\n');
});

it('an empty value shows nothing, so there is nothing to mask', () => {
  const world = createFakeCiWorld();
  maskValues(world, valuesOf(''), { masking: 'github', allowShort: false });
  expect(world.written()).toBe('');
});
