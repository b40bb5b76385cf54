import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openAuditLog } from '#adapters/audit/open-audit-log.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { cliCommands } from '#roles/cli/registry.ts';
import { runCli } from '#roles/cli/run-cli.ts';
import { createFakeTerminal, type FakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

let folder: Awaited<ReturnType<typeof createTempFolder>>;
let heads = '';

beforeEach(async () => {
  folder = await createTempFolder();
  heads = join(folder.path, 'heads');
  const log = await openAuditLog(
    { clock: createFakeClock(), random: createFakeRandom(), digest: plainDigest },
    { folder: folder.path, fileBytes: 1_000_000, keepFiles: null },
  );
  await log.append({
    id: 'a',
    event: 'denial',
    fields: { policy: 'shop/deploy', by: '\u001B[2J x' },
  });
  await log.append({ id: 'b', event: 'exchange', fields: { policy: 'shop/deploy' } });
  await writeFile(heads, JSON.stringify(log.head()));
  await log.close();
});
afterEach(async () => {
  await folder.remove();
});

async function run(...args: string[]): Promise<{ code: number; terminal: FakeTerminal }> {
  const terminal = createFakeTerminal(['audit', ...args]);
  return { code: await runCli(terminal, cliCommands), terminal };
}

async function cutLastLine(): Promise<void> {
  const name = (await readdir(folder.path)).find((each) => each.endsWith('.jsonl')) ?? '';
  const path = join(folder.path, name);
  const lines = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, `${lines[0] ?? ''}\n`);
}

describe('mayfly audit verify', () => {
  it('says that a log is whole', async () => {
    const { code, terminal } = await run('verify', '--heads', heads, folder.path);
    expect(code).toBe(0);
    expect(terminal.out().toString()).toBe('ok      records: 2, chains: 1, heads compared: 1\n');
  });

  it('says what it cannot know without heads', async () => {
    await cutLastLine();
    const { code, terminal } = await run('verify', folder.path);
    expect(code).toBe(0);
    expect(terminal.out().toString()).toContain('without --heads');
  });

  it('ends as corrupt when the end was cut off', async () => {
    await cutLastLine();
    const { code, terminal } = await run('verify', '-o', 'json', '--heads', heads, folder.path);
    expect(code).toBe(4);
    const told: unknown = JSON.parse(terminal.out().toString());
    expect(told).toMatchObject({ whole: false, records: 1, problems: [{ line: 0 }] });
    expect(terminal.err()).toContain('[MAYFLY_AUDIT_BROKEN]');
  });
});

describe('mayfly audit query', () => {
  it('shows what fits, without what a terminal would act on', async () => {
    const { code, terminal } = await run('query', '--event', 'denial', folder.path);
    expect(code).toBe(0);
    const shown = terminal.out().toString();
    expect(shown).toContain('policy=shop/deploy');
    expect(shown.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(shown.split('\n')).toHaveLength(2);
  });

  it('shows records as JSON', async () => {
    const args = ['-o', 'json', '--field', 'policy=shop/deploy', '--id', 'b'];
    const { terminal } = await run('query', ...args, folder.path);
    const record: unknown = JSON.parse(terminal.out().toString());
    expect(record).toMatchObject({ id: 'b', sequence: 2 });
  });

  it('says when nothing fits', async () => {
    const { code, terminal } = await run('query', '--id', 'c', folder.path);
    expect({ code, out: terminal.out().toString(), err: terminal.err() }).toEqual({
      code: 0,
      out: '',
      err: 'mayfly: none of 2 records fits\n',
    });
  });

  it.each([
    [['--event', 'exchnge'], 'Allowed choices are exchange, denial'],
    [['--since', 'yesterday'], 'RFC 3339|time such as'],
    [['--field', 'policy'], 'NAME=TEXT'],
  ])('refuses %j', async (args, problem) => {
    const { code, terminal } = await run('query', ...args, folder.path);
    expect(code).toBe(2);
    expect(terminal.err()).toMatch(new RegExp(problem, 'u'));
    expect(terminal.err()).toContain('[MAYFLY_CLI_USAGE]');
  });
});
