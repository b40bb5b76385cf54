import { expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTempFolder } from '#test/support/temp-folder.ts';

const program = fileURLToPath(new URL('../../support/agent/swap-often.ts', import.meta.url));

it('a reader of files that are swapped finds each whole, and never an older one after a newer', async () => {
  const folder = await createTempFolder();
  const swapping = fork(program, [folder.path, '150'], { execArgv: [] });
  await once(swapping, 'message');
  const seen = { a: 0, b: 0 };
  let reads = 0;
  while (swapping.exitCode === null) {
    for (const [name, path] of [
      ['a', 'a'],
      ['b', 'deep/b'],
    ] as const) {
      const text = readFileSync(join(folder.path, path), 'utf8');
      const number = Number(text.slice(0, text.length / 2000));
      expect(text).toBe(String(number).repeat(2000));
      expect(number).toBeGreaterThanOrEqual(seen[name]);
      seen[name] = number;
      reads += 1;
    }
    if (reads % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(reads).toBeGreaterThan(300);
  expect(seen).toEqual({ a: 150, b: 150 });
  await folder.remove();
});
