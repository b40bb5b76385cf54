import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAgeUnwrapper, createAgeWrapper } from '#adapters/age/index.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { cliCommands } from '#roles/cli/registry.ts';
import { runCli } from '#roles/cli/run-cli.ts';
import { createFakeTerminal, type FakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

let folder: Awaited<ReturnType<typeof createTempFolder>>;

beforeEach(async () => {
  folder = await createTempFolder();
});

afterEach(async () => {
  await folder.remove();
});

async function keygen(...args: string[]): Promise<{ code: number; terminal: FakeTerminal }> {
  const terminal = createFakeTerminal(['keygen', ...args]);
  return { code: await runCli(terminal, cliCommands), terminal };
}

/** The data key of a file for this recipient, opened with this identity file. */
async function roundTrip(recipient: string, identityFile: string): Promise<string | undefined> {
  const dataKey = SecretBytes.take(new TextEncoder().encode('0123456789abcdef0123456789abcdef'));
  const wrapped = await createAgeWrapper().wrap(dataKey, recipient);
  const key = { name: 'keys.txt', bytes: SecretBytes.take(await readFile(identityFile)) };
  const copy = { kind: 'age', recipient, wrapped };
  const { signal } = new AbortController();
  const opened = await createAgeUnwrapper().unwrap(copy, [key], signal);
  return opened === null ? undefined : Buffer.from(opened.expose()).toString();
}

describe('mayfly keygen', () => {
  it.each([
    [[], /^age1[0-9a-z]{58}\n$/u],
    [['--pq'], /^age1pq1[0-9a-z]{1000,}\n$/u],
  ])(
    'with %j writes a private identity that opens what its printed recipient is encrypted for',
    async (args, printed) => {
      const output = join(folder.path, 'keys.txt');
      const { code, terminal } = await keygen('--output', output, ...args);
      expect(code).toBe(0);
      const recipient = terminal.out().toString();
      expect(recipient).toMatch(printed);
      expect((await stat(output)).mode & 0o777).toBe(0o600);
      expect(await roundTrip(recipient.trim(), output)).toBe('0123456789abcdef0123456789abcdef');
    },
  );

  it('never overwrites a file', async () => {
    const output = join(folder.path, 'keys.txt');
    await keygen('--output', output);
    const before = await readFile(output, 'utf8');
    const { code, terminal } = await keygen('--output', output);
    expect(code).toBe(2);
    expect(terminal.err()).toContain('MAYFLY_CLI_FILE_EXISTS');
    expect(await readFile(output, 'utf8')).toBe(before);
  });

  it('keeps recipient and identity apart when the identity goes to standard output', async () => {
    const { terminal } = await keygen('--output', '-');
    expect(terminal.out().toString()).toContain('AGE-SECRET-KEY-1');
    expect(terminal.err()).toMatch(/^age1[0-9a-z]{58}\n$/u);
  });
});
