import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPlan } from '#core/injection/plan/decide-plan.ts';
import { parseAgentPlan } from '#core/injection/parse-agent-plan.ts';
import { startAgent } from '#roles/agent/start-agent.ts';
import { aPlan } from '#test/support/agent/a-plan.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

let folder: string;
let remove: () => Promise<void>;
let said: string;

beforeEach(async () => {
  ({ path: folder, remove } = await createTempFolder());
  writeFileSync(join(folder, 'termination'), 'of a container before this one');
  said = '';
});

afterEach(async () => {
  await remove();
});

async function start(args: readonly string[], plan: string): Promise<number> {
  const env = {
    MAYFLY_PLAN_0: plan.slice(0, 10),
    MAYFLY_PLAN_1: plan.slice(10),
    MAYFLY_TERMINATION_LOG: join(folder, 'termination'),
  };
  const output = { write: (text: string) => (said += text) };
  return await startAgent({ args, env, stdout: output, stderr: output });
}

function termination(): string {
  return readFileSync(join(folder, 'termination'), 'utf8');
}

describe('startAgent', () => {
  it.each([[[]], [['exec']], [['--help']]])(
    'asks for one of its words instead of %j',
    async (args) => {
      expect(await start(args, '{}')).toBe(2);
      expect(termination()).toContain('[MAYFLY_AGENT_USAGE]');
    },
  );

  it('says what is wrong with its plan where the kubelet looks', async () => {
    expect(await start(['init'], '{"version":1}')).toBe(2);
    expect(termination()).toMatch(/^mayfly: error: .*plan\.stores \[MAYFLY_AGENT_PLAN\]\n/u);
    expect(said).toBe(termination());
  });

  it('leaves no termination message behind where there is no file for it', async () => {
    rmSync(join(folder, 'termination'));
    expect(await start(['init'], 'no JSON')).toBe(2);
    expect(() => termination()).toThrow('ENOENT');
  });

  it('answers a probe with a line, an exit code, and nothing for the kubelet to keep', async () => {
    const filesPath = join(folder, 'files');
    const plan = JSON.stringify(aPlan({ filesPath }));
    expect(await start(['ready'], plan)).toBe(75);
    expect(said).toContain('[MAYFLY_AGENT_NOT_READY]');
    mkdirSync(filesPath);
    writeFileSync(join(filesPath, '..agent'), '{"troubles":[]}');
    said = '';
    expect(await start(['ready'], plan)).toBe(0);
    expect(said).toBe('ready {"troubles":[]}\n');
    expect(termination()).toBe('of a container before this one');
  });

  it('answers as what it is when the health cannot be read', async () => {
    const filesPath = join(folder, 'files');
    mkdirSync(join(filesPath, '..agent'), { recursive: true });
    expect(await start(['ready'], JSON.stringify(aPlan({ filesPath })))).toBe(2);
    expect(said).toContain('[MAYFLY_FILE_NOT_REGULAR]');
  });
});

it('a plan that the webhook writes is what the agent reads', () => {
  const plan = aPlan({ onChange: { kind: 'signal', signal: 'SIGHUP' } });
  expect(parseAgentPlan([renderPlan(plan)])).toEqual(plan);
});
