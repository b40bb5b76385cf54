import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliFiles, runProgram } from '#test/support/cli/run-program.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const recipient = 'age1h6r3uqmdf6waj8l4hr73mc43tmgxfvqkaqalym8fp6pjefrv9f3quvadfs';
const main = new URL('../../../src/main.ts', import.meta.url).pathname;

describe('files and streams of the command line', () => {
  let temp: Awaited<ReturnType<typeof createTempFolder>>;

  beforeAll(async () => {
    temp = await createTempFolder();
    await cp(cliFiles, temp.path, { recursive: true });
  });
  afterAll(() => temp.remove());

  async function modeOf(name: string): Promise<number> {
    return (await stat(join(temp.path, name))).mode & 0o777;
  }

  it('writes plaintext for its owner alone, and an encrypted file for all', async () => {
    await runProgram(['decrypt', '-i', 'key.txt', '--output', 'out.env', 'app.env'], {
      cwd: temp.path,
    });
    await runProgram(['encrypt', '--age', recipient, '--output', 'enc.env', 'out.env'], {
      cwd: temp.path,
    });
    expect([await modeOf('out.env'), await modeOf('enc.env')]).toEqual([0o600, 0o644]);
  });

  it('keeps the mode of a file that it encrypts in place', async () => {
    await chmod(join(temp.path, 'plain.json'), 0o640);
    const args = ['encrypt', '--in-place', '--age', recipient, 'plain.json'];
    expect(await runProgram(args, { cwd: temp.path })).toMatchObject({ code: 0, stderr: '' });
    expect(await modeOf('plain.json')).toBe(0o640);
    expect(await readFile(join(temp.path, 'plain.json'), 'utf8')).not.toContain('canary');
  });

  it('takes its identity from MAYFLY_IDENTITY and from no other variable', async () => {
    const cwd = temp.path;
    const given = await runProgram(['decrypt', 'app.env'], {
      cwd,
      env: { MAYFLY_IDENTITY: 'key.txt' },
    });
    expect(given.code).toBe(0);
    const other = await runProgram(['decrypt', 'app.env'], {
      cwd,
      env: { SOPS_AGE_KEY_FILE: 'key.txt' },
    });
    expect(other.code).toBe(2);
  });

  it('ends quietly when nobody reads on', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(2_000_000) });
    const args = [main, 'encrypt', '--age', recipient, '--input-type', 'json', '-'];
    const child = spawn(process.execPath, args, { cwd: temp.path });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(large);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const closed: unknown[] = await once(child, 'close');
    expect({ code: closed[0], stderr }).toEqual({ code: 141, stderr: '' });
  });
});
