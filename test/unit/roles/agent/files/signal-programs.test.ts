import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signalPrograms } from '#roles/agent/files/signal-programs.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

let procPath: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ path: procPath, remove } = await createTempFolder());
});

afterEach(async () => {
  await remove();
});

interface Program {
  readonly parent?: number;
  readonly uid?: number;
  /** Null for one that hides its mounts. */
  readonly mounts?: string | null;
}

function addProgram(pid: number, { parent = 0, uid = 1000, mounts = 'app' }: Program = {}): void {
  const folder = join(procPath, String(pid));
  mkdirSync(join(folder, 'ns'), { recursive: true });
  const status = `Name:\tx\nPPid:\t${parent}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`;
  writeFileSync(join(folder, 'status'), status);
  if (mounts !== null) symlinkSync(`mnt:[${mounts}]`, join(folder, 'ns/mnt'));
}

function send(kill: (pid: number) => void = () => undefined): { told: number[]; count: number } {
  const told: number[] = [];
  const places = { procPath, ownPid: 7, ownUid: 1000 };
  const count = signalPrograms(
    {
      ...places,
      kill: (pid) => {
        kill(pid);
        told.push(pid);
      },
    },
    'SIGHUP',
  );
  return { told, count };
}

describe('signalPrograms', () => {
  beforeEach(() => {
    addProgram(1, { uid: 65_535, mounts: 'pause' });
    addProgram(7, { mounts: 'agent' });
    mkdirSync(join(procPath, 'self'));
  });

  it('tells the first program of every other container under its own uid', () => {
    addProgram(20);
    addProgram(30, { mounts: null });
    expect(send()).toEqual({ told: [20, 30], count: 2 });
  });

  it.each([
    ['what such a program has started', 21, { parent: 20 }],
    ['a program of another uid', 22, { uid: 0 }],
    ['another program of its own container', 23, { mounts: 'agent' }],
  ])('leaves %s alone', (_, pid, program) => {
    addProgram(pid, program);
    expect(send()).toEqual({ told: [], count: 0 });
  });

  it('leaves the first program of the pod alone', () => {
    addProgram(1, { uid: 1000, mounts: null });
    expect(send().told).toEqual([]);
  });

  it.each(['ESRCH', 'EPERM'])('goes on when one answers %s', (code) => {
    addProgram(20);
    addProgram(30);
    const { told } = send((pid) => {
      if (pid === 20) throw Object.assign(new Error('kill'), { code });
    });
    expect(told).toEqual([30]);
  });

  it('passes on what is no signal at all', () => {
    addProgram(20);
    expect(() =>
      send(() => {
        throw Object.assign(new TypeError('x'), { code: 'ERR_UNKNOWN_SIGNAL' });
      }),
    ).toThrow(TypeError);
  });
});
