import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aPlanFile, aPlanVariable } from '#test/support/agent/a-plan.ts';
import {
  createAgentPod,
  type AgentPod,
  type RunningAgent,
} from '#test/support/agent/create-agent-pod.ts';
import { openFakeVault } from '#test/support/fake-vault/open-fake-vault.ts';
import { untilEqual } from '#test/support/stage/until-equal.ts';
import { untilSlowly } from '#test/support/until.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';

const program = fileURLToPath(new URL('../../support/agent/die-while-writing.ts', import.meta.url));
const path = 'secret/data/team/killed';
const reference = `vault:${path}#password`;
const files = [aPlanFile({ reference }), aPlanFile({ name: 'other', path: 'other', reference })];
const variables = [aPlanVariable({ reference })];

let vault: OpenVault;
let pod: AgentPod;
let envPath: string;
let running: RunningAgent | null = null;

beforeAll(async () => {
  vault = await openFakeVault();
  await vault.root.call('POST', path, { data: { password: 'good' } });
});
afterAll(async () => await vault.close());

beforeEach(async () => {
  pod = await createAgentPod(vault);
  envPath = join(dirname(pod.envPath), 'variables', 'env');
  mkdirSync(dirname(envPath));
});
afterEach(async () => {
  await running?.stop();
  running = null;
  await pod.remove();
});

/** Writes other values as an agent does, up to the step at which it is killed. */
async function killAt(step: string): Promise<void> {
  const child = spawn(process.execPath, [program, pod.filesPath, envPath, step]);
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

async function runAgent(verb: 'init' | 'sidecar'): Promise<void> {
  running = pod.start(verb, pod.plan({ files, variables, envPath }));
  await untilSlowly(async () => running?.said().includes('values written') === true);
}

function listNames(): readonly string[] {
  return [...readdirSync(pod.filesPath), ...readdirSync(dirname(envPath))];
}

/** What lies in the volumes of the pod; names that are random stand for what they are. */
function list(): readonly string[] {
  return listNames()
    .map((name) => (name.startsWith('..v-') ? '..version' : name))
    .toSorted();
}

const whole = ['..data', '..version', 'env', 'other', 'password'];

describe('an agent that is killed', () => {
  it.each([
    ['temporary-written', ['.mayfly-tmp-']],
    ['half-version', ['..v-', 'env']],
    ['next-linked', ['..v-', '..data_tmp', 'env']],
  ])('before its first files, at %s, is followed by a clean one', async (step, left) => {
    await killAt(step);
    const kinds = listNames().map((name) => left.find((prefix) => name.startsWith(prefix)));
    expect(new Set(kinds)).toEqual(new Set(left));
    await runAgent('init');
    await running?.exited;
    expect([pod.read('password'), pod.read('other')]).toEqual(['good', 'good']);
    expect(list()).toEqual(whole);
  });

  it.each([
    'temporary-created',
    'temporary-written',
    'renamed',
    'half-version',
    'version-written',
    'next-linked',
    'swapped',
    'names-linked',
  ])('between two versions, at %s, leaves one whole version and then no trace', async (step) => {
    await runAgent('init');
    await running?.exited;
    await killAt(step);
    const [first, second] = [pod.read('password'), pod.read('other')];
    expect(second).toBe(first);
    expect(['good', 'written by who was killed']).toContain(first);
    await runAgent('sidecar');
    expect([pod.read('password'), pod.read('other')]).toEqual(['good', 'good']);
    expect(readFileSync(envPath, 'utf8')).toBe("PASSWORD='good'\n");
    await untilEqual(async () => list(), ['..agent', ...whole]);
  });
});
