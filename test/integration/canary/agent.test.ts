import { join } from 'node:path';
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningAgent } from '#test/support/agent/create-agent-pod.ts';
import { mountMemory, whyNoMounts } from '#test/support/agent/memory/mount-memory.ts';
import { createAgentBench, type AgentBench } from '#test/support/canary/agent-bench.ts';
import { canaryValues, rotatedValue } from '#test/support/canary/canary-values.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { describeOrSkip, describeWithParts } from '#test/support/describe-with-parts.ts';
import { openFakeVault } from '#test/support/fake-vault/open-fake-vault.ts';
import { untilSlowly } from '#test/support/until.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';
import { allFiles, allVariables, keepAll, keepPlain, leakyPlans } from './leaky-plans.ts';
import { complain, leakyLogins, leakyReads, type LeakyAnswer } from './leaky-stores.ts';

const long = 120_000;
let vault: OpenVault;
let bench: AgentBench;

function openBench(open: () => Promise<OpenVault>): void {
  beforeAll(async () => {
    vault = await open();
    await keepAll(vault);
    bench = await createAgentBench(vault);
  }, long);
  afterAll(async () => {
    await bench.close();
    await vault.close();
  }, long);
}

async function untilSaid(agent: RunningAgent, words: string, times = 1): Promise<void> {
  await untilSlowly(async () => agent.said().split(words).length > times);
}

const failed = 'what was read before is kept';
const healed = 'up to date again';
const names = Object.keys(canaryValues);

function describeAgent(): void {
  it.each(['file', 'shell'] as const)(
    'writes values into every format and variables for a %s, and nowhere else',
    async (envVia) => {
      const variables = allVariables[envVia];
      const plan = bench.plan({ files: allFiles, variables, envVia, deadlineMs: 20_000 });
      const [code] = await bench.run(plan);
      expect(code).toBe(0);
      expect(await bench.findWritten()).toEqual(names);
      expect(bench.seePrograms()).toMatch(/agent\/main\.ts\0init\0[^]*MAYFLY_PLAN_0=/u);
      expect(await bench.findLeaks()).toEqual([]);
    },
    long,
  );

  it(
    'keeps them up to date, through a store that is sealed, until it is told to end',
    async () => {
      const plan = bench.plan({ files: allFiles, refreshMs: 300, deadlineMs: 20_000 });
      const agent = bench.start('sidecar', plan);
      await untilSaid(agent, 'values written');
      await keepPlain(vault, rotatedValue);
      await untilSlowly(async () => bench.pod.read('raw-plain') === rotatedValue);
      await vault.seal();
      await untilSaid(agent, failed);
      const [code, told] = await bench.run(bench.plan({ files: allFiles }));
      expect([code, told]).toEqual([75, expect.stringContaining('[MAYFLY_STORE_SEALED]')]);
      expect(await bench.start('ready', plan).exited).toBe(0);
      await vault.unseal();
      await keepPlain(vault, canaryValues.plain);
      await untilSlowly(async () => bench.pod.read('raw-plain') === canaryValues.plain);
      expect(await agent.stop()).toBe(0);
      expect(bench.front.tokens.size).toBeGreaterThan(2);
      expect(await bench.findLeaks()).toEqual([]);
    },
    long,
  );
}

for (const part of ['vault', 'openbao'] as const) {
  await describeWithParts([part], `a canary in a real ${part}`, ({ [part]: program }) => {
    openBench(async () => await openRealVault(program));
    describeAgent();
  });
}

describe('a canary in a store', () => {
  openBench(openFakeVault);
  describeAgent();

  it.each(leakyPlans)(
    'is not told by the failure of $name',
    async ({ code, given }) => {
      const [exit, told] = await bench.run(bench.plan({ ...given, deadlineMs: 20_000 }));
      expect([exit, told]).toEqual([2, expect.stringContaining(`[${code}]`)]);
      expect(await bench.findLeaks()).toEqual([]);
    },
    long,
  );

  it.each(leakyLogins)(
    'is not told when the answer to a login $name',
    async ({ code, answer }) => {
      bench.front.answer({ at: '/login', answer });
      const [exit, told] = await bench.run(bench.plan({ files: allFiles }));
      bench.front.answer(null);
      expect([exit, told]).toEqual([expect.any(Number), expect.stringContaining(`[${code}]`)]);
      expect(await bench.findLeaks()).toEqual([]);
    },
    long,
  );

  it('is not told where nothing listens', async () => {
    const [port = 0] = await findFreePorts(1);
    const [store] = bench.plan({}).stores;
    const stores = store === undefined ? [] : [{ ...store, address: `https://127.0.0.1:${port}` }];
    const [exit] = await bench.run(bench.plan({ files: allFiles, stores }));
    expect(exit).toBe(75);
    expect(await bench.findLeaks()).toEqual([]);
  });
});

describe('a canary in what a store answers', () => {
  openBench(openFakeVault);
  let sidecar: RunningAgent;

  beforeAll(async () => {
    sidecar = bench.start('sidecar', bench.plan({ files: allFiles, refreshMs: 300 }));
    await untilSaid(sidecar, 'values written');
  }, long);

  it.each(leakyReads.map((each, index) => ({ ...each, times: index + 1 })))(
    'is not told when the store $name',
    async ({ code, answer, times }: LeakyAnswer & { readonly times: number }) => {
      bench.front.answer({ at: '/secret/data/', answer });
      const [exit, told] = await bench.run(bench.plan({ files: allFiles }));
      await untilSaid(sidecar, failed, times);
      await bench.look();
      bench.front.answer(null);
      expect([exit === 0, told]).toEqual([false, expect.stringContaining(`[${code}]`)]);
      await untilSaid(sidecar, healed, times);
      expect(sidecar.said()).toContain(code);
      expect(await bench.findLeaks()).toEqual([]);
    },
    long,
  );

  it('is not told when the store does not take the login back', async () => {
    bench.front.answer({ at: '/revoke-self', answer: complain(500) });
    expect(await sidecar.stop()).toBe(0);
    expect(sidecar.said()).toContain('the login could not be given back');
    expect(await bench.findWritten()).toEqual(names);
    expect(await bench.findLeaks()).toEqual([]);
  });
});

describeOrSkip(whyNoMounts(), 'a canary for a volume that is full', () => {
  openBench(openFakeVault);

  it(
    'is not told',
    async () => {
      const { filesPath } = bench.pod;
      const unmount = await mountMemory(filesPath, '256k');
      const agent = bench.start('sidecar', bench.plan({ files: allFiles, refreshMs: 300 }));
      try {
        await untilSaid(agent, 'values written');
        const filler = join(filesPath, 'filler');
        await writeFile(filler, Buffer.alloc(250_000)).catch(() => undefined);
        await keepPlain(vault, rotatedValue);
        await untilSaid(agent, failed);
        expect(agent.said()).toContain('MAYFLY_FILE_WRITE_FAILED');
        await bench.look();
        await rm(filler);
        await untilSlowly(async () => bench.pod.read('raw-plain') === rotatedValue);
        expect(await bench.findLeaks()).toEqual([]);
      } finally {
        await agent.stop();
        await unmount();
      }
    },
    long,
  );
});
