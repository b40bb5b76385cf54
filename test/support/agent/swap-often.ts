/** `node swap-often.ts FOLDER COUNT`: swaps two files of one number each so often, as the agent does. */
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { removeOldVersions, swapFiles } from '#platform/secret-folder/swap-files.ts';
import { setTimeout as delay } from 'node:timers/promises';

const [, , folder = '', count = '0'] = process.argv;

for (let number = 1; number <= Number(count); number += 1) {
  const text = Buffer.from(String(number).repeat(2000));
  swapFiles(folder, [
    { path: 'a', mode: 0o444, bytes: SecretBytes.copyOf(text) },
    { path: 'deep/b', mode: 0o444, bytes: SecretBytes.copyOf(text) },
  ]);
  process.send?.(number);
  // Longer than a reader is on its way, as the agent waits too.
  await delay(10);
  removeOldVersions(folder);
}
