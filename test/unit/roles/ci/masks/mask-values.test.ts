import { expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { maskValues } from '#roles/ci/masks/mask-values.ts';
import { createFakeCiWorld } from '#test/support/ci/fake-ci-world.ts';

function valuesOf(text: string, isWhole = false) {
  return {
    values: new Map([['TOKEN', SecretBytes.take(Buffer.from(text))]]),
    wanted: { wholes: new Set(isWhole ? ['TOKEN'] : []) },
  };
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

it('a percent sign is written as each runner reads it', () => {
  const [github, azure] = [createFakeCiWorld(), createFakeCiWorld()];
  maskValues(github, valuesOf('a%b cd'), { masking: 'github', allowShort: false });
  maskValues(azure, valuesOf('a%b cd'), { masking: 'azure', allowShort: false });
  expect(github.written()).toContain('::add-mask::a%25b cd\n');
  expect(azure.written()).toContain('##vso[task.setsecret]a%AZP25b cd\n');
  expect(azure.written()).not.toContain('%25b');
});

it('each value of a whole secret is masked, as if it had been asked for alone', () => {
  const text =
    '{"user":"octo","host":{"names":["db-1.example"]},"port":54321,"on":true,"p":"a\\nb"}';
  const alone = createFakeCiWorld();
  maskValues(alone, valuesOf(text), { masking: 'github', allowShort: false });
  expect(alone.written()).not.toContain('::octo\n');
  const whole = createFakeCiWorld();
  maskValues(whole, valuesOf(text, true), { masking: 'github', allowShort: false });
  const lines = whole.written().split('\n');
  for (const value of ['octo', 'db-1.example', '54321']) {
    expect(lines).toContain(`::add-mask::${value}`);
    expect(lines).toContain(`::add-mask::${Buffer.from(value).toString('base64')}`);
  }
  expect(lines).not.toContain('::add-mask::true');
});

it('a form is told once', () => {
  const world = createFakeCiWorld();
  maskValues(world, valuesOf('letters'), { masking: 'github', allowShort: false });
  const lines = world.written().trimEnd().split('\n');
  expect(lines).toEqual([...new Set(lines)]);
});

it('an empty value shows nothing, so there is nothing to mask', () => {
  const world = createFakeCiWorld();
  maskValues(world, valuesOf(''), { masking: 'github', allowShort: false });
  expect(world.written()).toBe('');
});
