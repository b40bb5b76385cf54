import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createSupervisor,
  type Supervisor,
} from '#test/support/cluster/servers/create-supervisor.ts';
import { until } from '#test/support/until.ts';

/** Writes its process id to the log as a sign that it runs. */
const obedient = 'console.log(process.pid); setInterval(() => {}, 1000)';
const deaf = `process.on('SIGTERM', () => {}); ${obedient}`;

let folder: string;
let supervisor: Supervisor;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mayfly-test-'));
  supervisor = createSupervisor(folder);
});

afterEach(() => supervisor.close());

async function startProgram(name: string, source: string): Promise<number> {
  const log = join(folder, `${name}.log`);
  supervisor.start({ name, file: process.execPath, args: ['-e', source], log });
  const read = (): Promise<string> => readFile(log, 'utf8').catch(() => '');
  await until(async () => (await read()).endsWith('\n'));
  return Number(await read());
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the supervisor of the servers of a cluster', () => {
  it('ends a server that is asked to, and knows it', async () => {
    const pid = await startProgram('one', obedient);
    expect([supervisor.isRunning('one'), isAlive(pid)]).toEqual([true, true]);
    await supervisor.end('one');
    expect([supervisor.isRunning('one'), isAlive(pid)]).toEqual([false, false]);
  });

  it('kills a server that does not end by itself', async () => {
    const pid = await startProgram('deaf', deaf);
    await supervisor.end('deaf');
    expect(isAlive(pid)).toBe(false);
  });

  it('notices that a server has ended by itself, or never started', async () => {
    supervisor.start({
      name: 'short',
      file: '/bin/true',
      args: [],
      log: join(folder, 'short.log'),
    });
    supervisor.start({ name: 'none', file: '/nowhere', args: [], log: join(folder, 'none.log') });
    await until(() => !supervisor.isRunning('short') && !supervisor.isRunning('none'));
    expect(supervisor.isRunning('none')).toBe(false);
  });

  it('ends all servers and removes the folder when it is closed', async () => {
    const pids = [await startProgram('one', obedient), await startProgram('two', deaf)];
    await supervisor.close();
    expect(pids.map((pid) => isAlive(pid))).toEqual([false, false]);
    expect(existsSync(folder)).toBe(false);
  });

  it('takes the servers with it when it is killed', async () => {
    const pid = await startProgram('one', deaf);
    process.kill(supervisor.pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    expect(isAlive(pid)).toBe(false);
  });
});
