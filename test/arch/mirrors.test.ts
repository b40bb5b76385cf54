import { expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSourceFiles, root } from '#test/support/arch/source-files.ts';

/** Tables, which the tests of what reads them cover. */
const tables = /^src\/core\/(?:errors\/(?:codes\/.*|catalogue\.ts|kinds\.ts)|.*-schema\.ts)$/u;

const behaviour = /^export (?:async )?(?:function|class)\b/mu;

it('every file of core that does something has a unit test of its own', () => {
  const missing = readSourceFiles(['src/core'])
    .filter(({ path, text }) => behaviour.test(text) && !tables.test(path))
    .map(({ path }) => path.replace(/^src/u, 'test/unit').replace(/\.ts$/u, '.test.ts'))
    .filter((path) => !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});
