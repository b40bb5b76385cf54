import { writeFile } from 'node:fs/promises';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliFiles, runProgram } from '#test/support/cli/run-program.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

/** Stands in every value of the files, in keys and on command lines that are wrong. */
const canary = 'canary';
const encodings = [
  canary,
  canary.toUpperCase(),
  Buffer.from(canary).toString('hex'),
  ...[0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + canary)
      .toString('base64')
      .slice(shift === 0 ? 0 : 2, -3),
  ),
];

const recipient = 'age1h6r3uqmdf6waj8l4hr73mc43tmgxfvqkaqalym8fp6pjefrv9f3quvadfs';

const failures: readonly { readonly when: string; readonly args: readonly string[] }[] = [
  { when: 'the key does not fit', args: ['decrypt', '-i', 'other-key.txt', 'app.yaml'] },
  { when: 'a value was removed', args: ['decrypt', '-i', 'key.txt', 'tampered.yaml'] },
  { when: 'the MAC was removed', args: ['decrypt', '-i', 'key.txt', 'no-mac.yaml'] },
  { when: 'the file is cut', args: ['decrypt', '-i', 'key.txt', 'truncated.json'] },
  { when: 'the file is plain', args: ['decrypt', '-i', 'key.txt', 'plain.yaml'] },
  { when: 'the file is broken', args: ['decrypt', '-i', 'key.txt', 'bad.yaml'] },
  { when: 'a plain value stands in', args: ['decrypt', '-i', 'key.txt', 'swapped.yaml'] },
  {
    when: 'the format is another',
    args: ['decrypt', '-i', 'key.txt', '--input-type', 'ini', 'app.yaml'],
  },
  {
    when: 'the output cannot hold it',
    args: ['decrypt', '-i', 'key.txt', '--output-type', 'ini', 'app.json'],
  },
  {
    when: 'the output has no place',
    args: ['decrypt', '-i', 'key.txt', '--output', 'no/where', 'app.env'],
  },
  { when: 'the identity is broken', args: ['decrypt', '-i', 'bad-key.txt', 'app.yaml'] },
  { when: 'the identity is a secret file', args: ['decrypt', '-i', 'plain.env', 'app.yaml'] },
  { when: 'files do not verify', args: ['verify', '-i', 'key.txt', 'tampered.yaml', 'app.yaml'] },
  { when: 'the plain file is broken', args: ['encrypt', '--age', recipient, 'bad.yaml'] },
  { when: 'the plain JSON is broken', args: ['encrypt', '--age', recipient, 'bad.json'] },
  { when: 'the plain dotenv is broken', args: ['encrypt', '--age', recipient, 'bad.env'] },
  { when: 'the plain INI is broken', args: ['encrypt', '--age', recipient, 'bad.ini'] },
  {
    when: 'a key stands for a recipient',
    args: ['encrypt', '--age', 'AGE-SECRET-KEY-1CANARY', 'plain.env'],
  },
  {
    when: 'a pattern is broken',
    args: ['encrypt', '--age', recipient, '--encrypted-regex', '(canary', 'plain.env'],
  },
  {
    when: 'the previous file is tampered with',
    args: ['encrypt', '--previous', 'tampered.yaml', '-i', 'key.txt', 'plain.yaml'],
  },
  { when: 'a secret stands for a command', args: ['AGE-SECRET-KEY-1CANARY'] },
  {
    when: 'a secret stands for an option',
    args: ['decrypt', '--key=AGE-SECRET-KEY-1CANARY', 'app.yaml'],
  },
  {
    when: 'a secret stands for a choice',
    args: ['decrypt', '--output-type', 'canary', 'app.yaml'],
  },
  { when: 'a secret stands for an argument', args: ['decrypt', 'app.yaml', 'canary'] },
];

describe('a command that fails', () => {
  let temp: Awaited<ReturnType<typeof createTempFolder>>;

  beforeAll(async () => {
    temp = await createTempFolder();
    await cp(cliFiles, temp.path, { recursive: true });
    const broken = {
      'bad.json': '{"a": "canary" "canary"',
      'bad.env': 'canary without an equals sign',
      'bad.ini': '[canary\ncanary canary',
      'swapped.yaml':
        'password: canary\nsops:\n    mac: x\n    lastmodified: "2026-01-01T00:00:00Z"\n',
    };
    for (const [name, text] of Object.entries(broken)) await writeFile(join(temp.path, name), text);
  });
  afterAll(() => temp.remove());

  it.each(failures)('tells no secret when $when', async ({ args }) => {
    const { code, stdout, stderr } = await runProgram(args, { cwd: temp.path });
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(/^mayfly: error: .* \[MAYFLY_[A-Z_]+\]$/mu);
    for (const encoded of encodings) {
      expect(stderr).not.toContain(encoded);
      expect(stdout.toString()).not.toContain(encoded);
    }
  });
});
