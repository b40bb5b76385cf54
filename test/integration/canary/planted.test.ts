import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAgentBench, type AgentBench } from '#test/support/canary/agent-bench.ts';
import { canaryValues } from '#test/support/canary/canary-values.ts';
import { openFakeVault } from '#test/support/fake-vault/open-fake-vault.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';
import { allFiles, keepAll } from './leaky-plans.ts';

const { plain, six, lines, colon, long, binary } = canaryValues;

/** A shell that leaks around the agent, which comes as its arguments; `$0` is the folder of the files. */
interface Planted {
  readonly where: string;
  readonly what: string;
  readonly script: string;
}

const planted: readonly Planted[] = [
  {
    where: 'output',
    what: 'six, base64, shifted by 2',
    script: `echo ${Buffer.from(`ab${six}`).toString('base64')} >&2; exec "$@"`,
  },
  {
    where: 'termination or health',
    what: 'plain, hex',
    script: `"$@"; echo ${Buffer.from(plain).toString('hex')} > "$MAYFLY_TERMINATION_LOG"`,
  },
  {
    where: 'termination or health',
    what: 'lines, URL',
    script: `"$@"; echo ${encodeURIComponent(lines)} > "$0/..agent"`,
  },
  { where: 'program', what: 'long, a piece', script: `: ${long.slice(100, 108)}; "$@"; exit $?` },
  { where: 'program', what: 'binary, plain', script: `LEAK='${binary}' exec "$@"` },
  {
    where: 'file',
    what: 'colon, upper-case hex',
    script: `echo ${Buffer.from(colon).toString('hex').toUpperCase()} > "$TMPDIR/leak"; exec "$@"`,
  },
];

let vault: OpenVault;
let bench: AgentBench;

beforeAll(async () => {
  vault = await openFakeVault();
  await keepAll(vault);
  bench = await createAgentBench(vault);
}, 60_000);
afterAll(async () => {
  await bench.close();
  await vault.close();
});

async function run(script: string): Promise<void> {
  const plan = bench.plan({ files: allFiles, deadlineMs: 20_000 });
  const [code] = await bench.run(plan, ['sh', '-c', script, bench.pod.filesPath]);
  expect(code).toBe(0);
}

describe('a leak that was planted', () => {
  it('is not found before it is there', async () => {
    await run('exec "$@"');
    expect(await bench.findLeaks()).toEqual([]);
  });

  it.each(planted)('is found in $where as $what', async ({ where, what, script }) => {
    await run(script);
    expect(await bench.findLeaks()).toContain(`${where}: ${what}`);
  });

  it('is found when it is the token that the store gave', async () => {
    const [, token = ''] = bench.front.tokens;
    expect(token).toMatch(/^hvs\./u);
    await run(`echo ${Buffer.from(token).toString('base64')}; exec "$@"`);
    expect(await bench.findLeaks()).toContain('output: a token, base64, shifted by 0');
  });

  it('is found beside the files', async () => {
    const place = join(bench.pod.filesPath, '..', 'beside');
    await run(`cp "$0/raw-six" '${place}'; exec "$@"`);
    expect(await bench.findLeaks()).toContain('file: six, plain');
  });
});
