import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliFiles, runProgram } from '#test/support/cli/run-program.ts';
import { parseTranscript, type Step } from '#test/support/cli/transcript.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const folder = new URL('transcripts/', import.meta.url);
const names = (await readdir(folder)).toSorted();
const stamp = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/gu;

describe.each(names)('the command line says what is written in %s', (name) => {
  let temp: Awaited<ReturnType<typeof createTempFolder>>;
  let steps: readonly Step[];

  beforeAll(async () => {
    temp = await createTempFolder();
    await cp(cliFiles, temp.path, { recursive: true });
    steps = parseTranscript(await readFile(new URL(name, folder), 'utf8'));
  });
  afterAll(() => temp.remove());

  it('at every step', async () => {
    expect(steps.length).toBeGreaterThan(2);
    for (const step of steps) {
      const { args, inputFile } = step;
      const input = inputFile === null ? undefined : await readFile(join(temp.path, inputFile));
      const { code, stdout, stderr } = await runProgram(args, { cwd: temp.path, input });
      expect({
        command: step.command,
        stdout: stdout.toString().replaceAll(stamp, 'STAMP'),
        stderr,
        code,
      }).toEqual({
        command: step.command,
        stdout: step.stdout,
        stderr: step.stderr,
        code: step.code,
      });
    }
  });
});
