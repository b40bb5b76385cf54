import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeOutput } from '#roles/cli/files/write-output.ts';
import { createFakeTerminal } from '#test/support/cli/fake-terminal.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const risky = [
  { what: 'a zero byte', bytes: Buffer.from('a\0b') },
  { what: 'an escape', bytes: Buffer.from('\u001b[2J') },
  { what: 'a C1 control', bytes: Buffer.from('\u009b2J') },
  { what: 'a delete', bytes: Buffer.from('\u007f') },
  { what: 'no UTF-8', bytes: Buffer.from([0xff, 0xfe]) },
];

describe('writing the output of a command', () => {
  it.each(risky)('refuses to send $what to a terminal', async ({ bytes }) => {
    const terminal = createFakeTerminal([], { isTTY: true });
    await expectCode(writeOutput(terminal, bytes, {}), 'MAYFLY_CLI_BINARY_TO_TERMINAL');
    expect(terminal.out()).toHaveLength(0);
  });

  it.each(risky)('sends $what to a terminal when forced', async ({ bytes }) => {
    const terminal = createFakeTerminal([], { isTTY: true });
    await writeOutput(terminal, bytes, { output: '-' });
    expect(terminal.out()).toEqual(bytes);
  });

  it.each(risky)('sends $what to a pipe', async ({ bytes }) => {
    const terminal = createFakeTerminal([]);
    await writeOutput(terminal, bytes, {});
    expect(terminal.out()).toEqual(bytes);
  });

  it('sends text with umlauts, tabs and line ends to a terminal', async () => {
    const terminal = createFakeTerminal([], { isTTY: true });
    await writeOutput(terminal, Buffer.from('grün:\tja\r\n'), {});
    expect(terminal.out().toString()).toBe('grün:\tja\r\n');
  });

  it('makes a file that only its owner reads', async () => {
    const folder = await createTempFolder();
    const output = join(folder.path, 'plain.yaml');
    await writeOutput(createFakeTerminal([]), Buffer.from('a: b\n'), { output });
    expect(await readFile(output, 'utf8')).toBe('a: b\n');
    expect((await stat(output)).mode & 0o777).toBe(0o600);
    await folder.remove();
  });
});
