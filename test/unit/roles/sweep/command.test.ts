import { Command } from 'commander';
import { expect, it } from '@jest/globals';
import { defineSweep } from '#roles/sweep/command.ts';
import { expectCode } from '#test/support/expect-code.ts';

async function run(...args: readonly string[]): Promise<string> {
  let told = '';
  const stderr = { write: (text: string) => (told += text) };
  const command = new Command('sweep').exitOverride().configureOutput({
    writeErr: (text) => {
      told += text;
    },
  });
  defineSweep(command, { stderr });
  await command.parseAsync(args, { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof Error) || !('exitCode' in error)) throw error;
    if (told === '') throw error;
  });
  return told;
}

it.each(['1s', '4999ms', 'often', ''])('mayfly sweep --every %j is refused', async (every) => {
  expect(await run('--every', every)).toContain('at least 5s');
});

it('mayfly sweep refuses a setting that there is not', async () => {
  await expectCode(run('--kube.nothing', '1'), 'MAYFLY_CONFIG_UNKNOWN');
});
