import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectRef } from '#core/api/object.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import {
  openChangeHooks,
  type ChangeHooks,
  type HookEntry,
} from '#adapters/change-hook/change-hooks.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { until } from '#test/support/until.ts';

let root: { path: string; remove: () => Promise<void> };
let stop: AbortController;
let following: Promise<void> | null;
let ran: string[];
let failed: { code: string; message: string; about: readonly ObjectRef[] }[];

beforeEach(async () => {
  root = await createTempFolder();
  stop = new AbortController();
  following = null;
  ran = [];
  failed = [];
});

afterEach(async () => {
  stop.abort();
  await following;
  await root.remove();
});

async function open(hooks: Record<string, HookEntry>, timeoutMs = 10_000): Promise<ChangeHooks> {
  return await openChangeHooks(
    {
      clock: createSystemClock(),
      onRan: (name) => ran.push(name),
      onFailed: (error, about) =>
        failed.push({
          code: isMayflyError(error) ? error.code : '',
          message: error.message,
          about,
        }),
      onFault: (error) => {
        throw error;
      },
    },
    { hooks, stateFolder: join(root.path, 'state'), timeoutMs },
  );
}

/** A program that appends a line to `out` for each run. */
async function aProgram(body: string): Promise<string> {
  const path = join(root.path, 'program.sh');
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

async function readOut(): Promise<string> {
  return await readFile(join(root.path, 'out'), 'utf8').catch(() => '');
}

function anOwner(name: string): ObjectRef {
  return { kind: 'EphemeralSecret', namespace: 'prod', name };
}

describe('a change hook', () => {
  it('runs its program with a bare environment and no shell', async () => {
    const program = await aProgram(`env | sort > ${root.path}/out; echo "$1" >> ${root.path}/out`);
    const hooks = await open({ reload: { argv: [program, '$HOME; echo x'] } });
    following = hooks.follow(stop.signal);
    await hooks.ask(anOwner('db'), ['reload', 'not-configured']);
    await until(() => ran.length > 0);
    const lines = (await readOut()).trim().split('\n');
    const names = lines.filter((line) => line.includes('=')).map((line) => line.split('=')[0]);
    const own = new Set(['PWD', 'SHLVL', 'OLDPWD', '_']);
    expect(names.filter((name) => !own.has(name ?? ''))).toEqual([
      'LANG',
      'MAYFLY_CHANGED',
      'MAYFLY_HOOK',
      'PATH',
    ]);
    expect(lines).toContain('MAYFLY_CHANGED=prod/db');
    expect(lines.at(-1)).toBe('$HOME; echo x');
  });

  it('runs once for changes that come together', async () => {
    const program = await aProgram(`echo "$MAYFLY_CHANGED" >> ${root.path}/out`);
    const hooks = await open({ reload: { argv: [program] } });
    following = hooks.follow(stop.signal);
    for (const name of ['a', 'b', 'a', 'c']) await hooks.ask(anOwner(name), ['reload']);
    await until(() => ran.length > 0);
    expect(await readOut()).toBe('prod/b prod/a prod/c\n');
  });

  it('runs again for a change that comes during a run, never twice at once', async () => {
    const program = await aProgram(
      `echo start >> ${root.path}/out; until [ -e ${root.path}/go ]; do sleep 0.01; done; echo end >> ${root.path}/out`,
    );
    const hooks = await open({ reload: { argv: [program] } });
    following = hooks.follow(stop.signal);
    await hooks.ask(anOwner('a'), ['reload']);
    await until(async () => (await readOut()) === 'start\n');
    await hooks.ask(anOwner('b'), ['reload']);
    await writeFile(join(root.path, 'go'), '');
    await until(() => ran.length === 2);
    expect(await readOut()).toBe('start\nend\nstart\nend\n');
  });

  const failures: readonly [string, string | null, RegExp][] = [
    ['an exit code', 'echo secret-output; exit 3', /exit code 3$/u],
    ['a signal', 'kill -TERM $$', /ended by SIGTERM$/u],
    ['a time-out, with all it started', 'sleep 600 & sleep 600', /longer than 1 s$/u],
    ['no program', null, /cannot be started \(ENOENT\)$/u],
  ];
  it.each(failures)('tells a failure by %s without its output', async (_, body, message) => {
    const program = body === null ? join(root.path, 'none') : await aProgram(body);
    const hooks = await open({ reload: { argv: [program] } }, 1_000);
    following = hooks.follow(stop.signal);
    await hooks.ask(anOwner('db'), ['reload']);
    await until(() => failed.length > 0);
    expect(failed).toMatchObject([{ code: 'MAYFLY_CHANGE_HOOK_FAILED', about: [anOwner('db')] }]);
    expect(failed[0]?.message).toMatch(message);
    expect(failed[0]?.message).not.toContain('secret-output');
  });

  it('signals the main program of a unit', async () => {
    const bin = join(root.path, 'bin');
    await mkdir(bin);
    const hooks = await open({
      reload: { unit: 'no-such-unit-of-mayfly.service', signal: 'SIGHUP' },
    });
    following = hooks.follow(stop.signal);
    await hooks.ask(anOwner('db'), ['reload']);
    await until(() => failed.length > 0);
    expect(failed[0]?.message).toMatch(/hook reload failed/u);
  });

  it('that a stop prevented runs after the next start', async () => {
    const program = await aProgram(`echo "$MAYFLY_CHANGED" >> ${root.path}/out`);
    const before = await open({ reload: { argv: [program] } });
    await before.ask(anOwner('db'), ['reload']);
    const hooks = await open({ reload: { argv: [program] } });
    following = hooks.follow(stop.signal);
    await until(() => ran.length > 0);
    expect(await readOut()).toBe('prod/db\n');
    stop.abort();
    await following;
    stop = new AbortController();
    following = (await open({ reload: { argv: [program] } })).follow(stop.signal);
    expect(await readOut()).toBe('prod/db\n');
  });

  it('is killed when the program stops, and stays asked for', async () => {
    const program = await aProgram(`echo start >> ${root.path}/out; sleep 600`);
    const hooks = await open({ reload: { argv: [program] } });
    following = hooks.follow(stop.signal);
    await hooks.ask(anOwner('db'), ['reload']);
    await until(async () => (await readOut()) === 'start\n');
    stop.abort();
    await following;
    expect(failed).toHaveLength(1);
    stop = new AbortController();
    following = (await open({ reload: { argv: [program] } })).follow(stop.signal);
    await until(async () => (await readOut()) === 'start\nstart\n');
  });
});
