import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runFile, type ProgramResult } from '#test/support/cli/run-program.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { createBundle } from '#tools/bundle/bundle.ts';

let temp: Awaited<ReturnType<typeof createTempFolder>>;
let program: string;

beforeAll(async () => {
  temp = await createTempFolder();
  program = await createBundle(join(temp.path, 'program'));
});

afterAll(async () => {
  await temp.remove();
});

async function run(...args: readonly string[]): Promise<ProgramResult> {
  return await runFile(process.execPath, [program, ...args], { cwd: temp.path });
}

describe('the program as it ships', () => {
  it('says what it can do, far from its sources', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout.toString()).toContain('standalone');
  });

  it('opens a file that is large enough for a thread of its own', async () => {
    const { stdout: recipient } = await run('keygen', '--output', 'key.txt');
    const plain = JSON.stringify({ text: 'x'.repeat(200_000) });
    await writeFile(join(temp.path, 'plain.json'), plain);
    const age = /age1[0-9a-z]+/u.exec(recipient.toString())?.[0] ?? '';
    expect(await run('encrypt', '--age', age, '--output', 'e.json', 'plain.json')).toMatchObject({
      code: 0,
    });
    const { code, stdout, stderr } = await run('decrypt', '-i', 'key.txt', 'e.json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout.toString())).toEqual(JSON.parse(plain));
  });

  it('runs as a service, and names what its configuration lacks', async () => {
    const { code, stderr } = await run('standalone', '--config', 'nowhere.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('nowhere.yaml');
  });

  it('has the programs that git calls beside it', async () => {
    const names = await readdir(join(temp.path, 'program', 'programs'));
    expect(names.toSorted()).toEqual(['askpass.mjs', 'ssh.mjs']);
  });
});
