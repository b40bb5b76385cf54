import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cliCommands } from '#roles/cli/registry.ts';
import { runCli } from '#roles/cli/run-cli.ts';
import { createFakeTerminal, type FakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { cliFiles } from '#test/support/cli/run-program.ts';

const key = join(cliFiles, 'key.txt');

async function run(...args: string[]): Promise<{ code: number; terminal: FakeTerminal }> {
  const terminal = createFakeTerminal(args);
  return { code: await runCli(terminal, cliCommands), terminal };
}

describe('mayfly verify', () => {
  it('counts the values of a file and prints none', async () => {
    const { code, terminal } = await run('verify', '-i', key, join(cliFiles, 'app.yaml'));
    expect(code).toBe(0);
    expect(terminal.out().toString()).toMatch(
      /^ok .*app\.yaml \(yaml, values: 12, last modified .*Z\)\n$/u,
    );
    expect(terminal.err()).toBe('');
  });

  it('goes on behind a file that fails and ends with the first failure', async () => {
    const files = ['plain.env', 'tampered.yaml', 'app.env'].map((name) => join(cliFiles, name));
    const { code, terminal } = await run('verify', '-i', key, '-o', 'json', ...files);
    expect(code).toBe(2);
    const reports: unknown = JSON.parse(terminal.out().toString());
    expect(reports).toMatchObject([
      { ok: false, code: 'MAYFLY_CLI_NOT_ENCRYPTED' },
      { ok: false, code: 'MAYFLY_SOPS_MAC_MISMATCH' },
      { ok: true, format: 'dotenv', values: 5 },
    ]);
    expect(terminal.err()).toContain('[MAYFLY_CLI_NOT_ENCRYPTED]');
  });
});
