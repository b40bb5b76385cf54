import { Command } from 'commander';
import { expect, it } from '@jest/globals';
import { defineCerts } from '#roles/certs/command.ts';
import { expectCode } from '#test/support/expect-code.ts';

async function run(...args: readonly string[]): Promise<void> {
  const command = new Command('certs').exitOverride();
  defineCerts(command, { stderr: { write: () => undefined } });
  await command.parseAsync(args, { from: 'user' });
}

it.each([
  ['--certs.mode', 'none', 'MAYFLY_CONFIG_INVALID'],
  ['--certs.services', 'A_B', 'MAYFLY_CONFIG_INVALID'],
  ['--certs.leafLifetime', '5m', 'MAYFLY_CONFIG_INVALID'],
  ['--certs.rootLifetime', '2d', 'MAYFLY_CONFIG_CONFLICT'],
  ['--certs.services', '', 'MAYFLY_CONFIG_CONFLICT'],
  ['--certs.key', 'x', 'MAYFLY_CONFIG_UNKNOWN'],
] as const)('mayfly certs %s %j is %s', async (flag, value, code) => {
  expect((await expectCode(run(flag, value), code)).message).toContain('certs');
});
