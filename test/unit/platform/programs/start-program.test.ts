import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import {
  collectOutput,
  startProgram,
  type RunningProgram,
} from '#platform/programs/start-program.ts';

const never = new AbortController().signal;

function startNode(script: string, signal: AbortSignal = never): RunningProgram {
  return startProgram(
    {
      program: process.execPath,
      args: ['-e', script],
      env: {},
      input: 'given',
      notFound: () => new Error('no node'),
    },
    signal,
  );
}

function bounds(maxOutput: number): { maxOutput: number; tooLarge: () => Error } {
  return { maxOutput, tooLarge: () => new Error('too much') };
}

describe('a program', () => {
  it('gets its input, and its output and exit code are told', async () => {
    const running = startNode('process.stdin.pipe(process.stdout); process.exitCode = 3');
    const output = collectOutput(running, bounds(100));
    expect(await running.exit).toEqual({ code: 3, stderr: '' });
    expect(Buffer.from(output()).toString()).toBe('given');
  });

  it('that writes too much is ended', async () => {
    const running = startNode('setInterval(() => console.log("x".repeat(1000)), 0)');
    collectOutput(running, bounds(5000));
    await expect(running.exit).rejects.toThrow('too much');
  });

  it('is ended with everything it started when the caller gives up', async () => {
    const controller = new AbortController();
    const script =
      'const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]);' +
      'console.log(child.pid); setInterval(() => 0, 1000)';
    const running = startNode(script, controller.signal);
    const pid = await new Promise<number>((resolve) => {
      running.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    });
    expect(() => process.kill(pid, 0)).not.toThrow();
    controller.abort(new Error('given up'));
    await expect(running.exit).rejects.toThrow('given up');
    await expectEnd(pid);
  });

  it('that is not there fails in the words of the caller', async () => {
    const missing = startProgram(
      {
        program: '/nowhere/x',
        args: [],
        env: {},
        input: '',
        notFound: () => new Error('not there'),
      },
      never,
    );
    await expect(missing.exit).rejects.toThrow('not there');
  });
});

/** A killed program is listed until its parent has been told. */
async function expectEnd(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if ((await readState(pid)) === 'Z') return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function readState(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '0 (x) Z');
  return text.slice(text.lastIndexOf(')') + 2).charAt(0);
}
