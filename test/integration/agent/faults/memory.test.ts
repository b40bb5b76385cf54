import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import { aPlanFile, aPlanVariable } from '#test/support/agent/a-plan.ts';
import {
  createAgentPod,
  type AgentPod,
  type RunningAgent,
} from '#test/support/agent/create-agent-pod.ts';
import { createMemoryGroup, whyNoMemoryGroup } from '#test/support/agent/memory/memory-group.ts';
import { mountMemory, whyNoMounts } from '#test/support/agent/memory/mount-memory.ts';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import { openFakeVault } from '#test/support/fake-vault/open-fake-vault.ts';
import { itSurvives } from '#test/support/kube-world/it-survives.ts';
import { untilEqual } from '#test/support/stage/until-equal.ts';
import { untilSlowly } from '#test/support/until.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';

const path = 'secret/data/team/memory';
const reference = `vault:${path}#password`;
const files = [aPlanFile({ reference }), aPlanFile({ name: 'other', path: 'other', reference })];
const variables = [aPlanVariable({ reference: `vault:${path}#variable` })];
const kept = 'what was read before is kept';

let vault: OpenVault;
let pod: AgentPod;
let envFolder: string;
let undo: (() => Promise<unknown>)[] = [];

function start(...args: Parameters<AgentPod['start']>): RunningAgent {
  const agent = pod.start(...args);
  undo.push(async () => await agent.stop());
  return agent;
}

async function put(password: string, variable = 'good'): Promise<void> {
  await vault.root.call('POST', path, { data: { password, variable } });
}

/** Memory of its own for a folder, as the kubelet gives it to a volume. */
async function mount(folder: string, size: string): Promise<void> {
  undo.push(await mountMemory(folder, size));
}

/** Takes what room there is. */
async function fill(folder: string): Promise<void> {
  for (let bytes = 64 * 1024; bytes > 0; bytes = Math.floor(bytes / 2)) {
    let isFull = false;
    while (!isFull) {
      const written = writeFile(join(folder, 'filler'), Buffer.alloc(bytes, 120), { flag: 'a' });
      isFull = await written.then(
        () => false,
        () => true,
      );
    }
  }
}

/** Names that are random stand for what they are. */
async function list(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return [...names].map((name) => (name.startsWith('..v-') ? '..version' : name)).toSorted();
}

/** What the probe of the sidecar says. */
async function askReady(plan: Parameters<AgentPod['start']>[1]): Promise<string> {
  const probe = pod.start('ready', plan);
  expect(await probe.exited).toBe(0);
  return probe.said();
}

function openPod(): void {
  beforeAll(async () => {
    vault = await openFakeVault();
  });
  afterAll(async () => await vault.close());
  beforeEach(async () => {
    pod = await createAgentPod(vault);
    envFolder = join(dirname(pod.envPath), 'variables');
    await mkdir(envFolder);
  });
  afterEach(async () => {
    for (const step of undo.toReversed()) await step();
    undo = [];
    await pod.remove();
  });
}

describeOrSkip(whyNoMounts(), 'mayfly agent in a volume of memory', () => {
  openPod();
  const whole = ['..agent', '..data', '..version', 'other', 'password'];

  itSurvives(
    {
      id: 'F24',
      fault: 'the volume of memory is full',
      deed: 'a volume of 256 KiB, by another file',
    },
    async (see) => {
      await mount(pod.filesPath, '256k');
      await put('a'.repeat(20_000));
      const plan = pod.plan({ files, refreshMs: 300 });
      const agent = start('sidecar', plan);
      await untilSlowly(async () => (await askReadyOrNull(plan)) === 'ready {"troubles":[]}\n');
      await fill(pod.filesPath);
      await put('b'.repeat(20_000));
      await untilSlowly(async () => agent.said().includes(kept));
      expect(agent.said()).toContain('MAYFLY_FILE_WRITE_FAILED');
      expect(agent.said()).toContain('ENOSPC');
      expect(agent.said()).not.toContain('the health could not be written');
      expect([pod.read('password'), pod.read('other')]).toEqual(Array(2).fill('a'.repeat(20_000)));
      expect(await list(pod.filesPath)).toEqual([...whole, 'filler'].toSorted());
      expect(await askReady(plan)).toContain('"code":"MAYFLY_FILE_WRITE_FAILED"');
      see(
        'the files stay, nothing is half written; the log and the probe say MAYFLY_FILE_WRITE_FAILED',
      );
      await rm(join(pod.filesPath, 'filler'));
      await untilSlowly(async () => pod.read('password') === 'b'.repeat(20_000));
      await untilEqual(async () => await list(pod.filesPath), whole);
      await untilEqual(async () => await askReady(plan), 'ready {"troubles":[]}\n');
      expect(agent.said()).toContain('up to date again');
      see('the new ones are there once there is room');
    },
  );

  itSurvives(
    {
      id: 'F24',
      fault: 'new files do not fit',
      deed: 'two files of 100 KB in a volume of 256 KiB',
    },
    async (see) => {
      await mount(pod.filesPath, '256k');
      await put('small');
      const agent = start('sidecar', pod.plan({ files, refreshMs: 300 }));
      await untilSlowly(async () => agent.said().includes('values written'));
      await put('c'.repeat(200_000));
      await untilSlowly(async () => agent.said().includes(kept));
      expect([pod.read('password'), pod.read('other')]).toEqual(['small', 'small']);
      await untilEqual(async () => await list(pod.filesPath), whole);
      see('those before stay, and nothing of the new ones');
      await put('small again');
      await untilSlowly(async () => pod.read('password') === 'small again');
      see('what fits is written again');
    },
  );

  itSurvives(
    {
      id: 'F24',
      fault: 'the volume of variables is full',
      deed: 'a volume of 64 KiB, by another file',
    },
    async (see) => {
      await mount(envFolder, '64k');
      await put('good', 'first');
      const envPath = join(envFolder, 'env');
      const agent = start('sidecar', pod.plan({ files, variables, envPath, refreshMs: 300 }));
      await untilSlowly(async () => agent.said().includes('values written'));
      await fill(envFolder);
      await put('good', `second${'d'.repeat(5000)}`);
      await untilSlowly(async () => agent.said().includes(kept));
      expect(readFileSync(envPath, 'utf8')).toBe("PASSWORD='first'\n");
      expect(await list(envFolder)).toEqual(['env', 'filler']);
      await rm(join(envFolder, 'filler'));
      await untilSlowly(async () => readFileSync(envPath, 'utf8').startsWith("PASSWORD='second"));
      expect(await list(envFolder)).toEqual(['env']);
      see('the variables stay until there is room');
    },
  );

  itSurvives(
    { id: 'F24', fault: 'the volume is full from the start', deed: 'a pod that starts' },
    async (see) => {
      await mount(pod.filesPath, '256k');
      await fill(pod.filesPath);
      await put('e'.repeat(20_000));
      const agent = start('init', pod.plan({ files }));
      expect(await agent.exited).toBe(75);
      expect(readFileSync(pod.terminationPath, 'utf8')).toContain('[MAYFLY_FILE_WRITE_FAILED]');
      expect(await list(pod.filesPath)).toEqual(['filler']);
      see('it ends with 75, says why, and leaves nothing');
    },
  );

  async function askReadyOrNull(plan: Parameters<AgentPod['start']>[1]): Promise<string | null> {
    const probe = pod.start('ready', plan);
    return (await probe.exited) === 0 ? probe.said() : null;
  }
});

const limitBytes = 160 * 2 ** 20;

describeOrSkip(
  whyNoMounts() ?? (await whyNoMemoryGroup()),
  'mayfly agent with a limit of memory',
  () => {
    openPod();

    itSurvives(
      {
        id: 'F23',
        fault: 'the kernel kills it for memory',
        deed: 'a sidecar that writes new files all the time, in a group of 160 MiB that something else fills',
      },
      async (see) => {
        const group = await createMemoryGroup(limitBytes);
        undo.push(async () => await group.remove());
        const hogFolder = join(dirname(pod.envPath), 'hog');
        await mkdir(hogFolder);
        await mount(pod.filesPath, '16m');
        await mount(envFolder, '1m');
        await mount(hogFolder, '1g');
        const envPath = join(envFolder, 'env');
        const plan = pod.plan({ files, variables, envPath, refreshMs: 50 });
        const before = await list(dirname(pod.envPath));
        for (let round = 1; round <= 3; round += 1) {
          await put(`first of ${round} `.repeat(10_000), 'first');
          const agent = start('sidecar', plan, { within: group.enter });
          await untilSlowly(async () => agent.said().includes('values written'));
          await untilEqual(async () => (await list(pod.filesPath)).length, 5);
          expect(await list(envFolder)).toEqual(['env']);
          const over = new AbortController();
          const changing = changeUntil(round, over.signal);
          const kills = await group.readKills();
          const hog = startHog(group.enter, join(hogFolder, 'hog'));
          expect(await agent.exited).toBe(null);
          over.abort();
          await changing;
          expect(await group.readKills()).toBeGreaterThan(kills);
          await hog.end();
          await rm(join(hogFolder, 'hog'));
          const [password, other] = [pod.read('password'), pod.read('other')];
          expect(other).toBe(password);
          expect(password).toMatch(new RegExp(`^(\\w+ of ${round} ){10000}$`, 'u'));
          expect(readFileSync(envPath, 'utf8')).toMatch(/^PASSWORD='\w+'\n$/u);
        }
        see('3 times killed, 3 times its files were whole, and it began anew');
        const agent = start('sidecar', plan, { within: group.enter });
        await untilSlowly(async () => agent.said().includes('values written'));
        await untilEqual(
          async () => await list(pod.filesPath),
          ['..agent', '..data', '..version', 'other', 'password'],
        );
        expect(await list(envFolder)).toEqual(['env']);
        expect(await list(dirname(pod.envPath))).toEqual(before);
        see('nothing half written, no core and no heap is left');
      },
    );
  },
);

async function changeUntil(round: number, over: AbortSignal): Promise<void> {
  for (let count = 1; !over.aborted; count += 1) {
    await put(`n${count} of ${round} `.repeat(10_000), `n${count}`);
  }
}

/** Fills memory that is counted for the group, and is itself never the one that the kernel kills. */
function startHog(enter: readonly string[], file: string): { end(): Promise<void> } {
  const [shell = '', ...rest] = enter;
  const script = 'echo -1000 > /proc/$$/oom_score_adj; exec dd if=/dev/zero bs=1M "of=$0"';
  const child = spawn(shell, [...rest, '/bin/sh', '-c', script, file], { stdio: 'ignore' });
  // It ends by itself when nothing is left in the group that could be killed for it.
  const ended = once(child, 'exit');
  return {
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
