import { expect, it } from '@jest/globals';
import { dirname } from 'node:path';
import { readImports } from '#test/support/arch/read-imports.ts';
import { readSourceFiles, type SourceFile } from '#test/support/arch/source-files.ts';

/** Tables, which the tests of what reads them cover. */
const tables = /^src\/core\/(?:errors\/(?:codes\/.*|catalogue\.ts|kinds\.ts)|.*-schema\.ts)$/u;

const behaviour = /^export (?:async )?(?:function|class)\b/mu;

it('every file of core that does something has a unit test in the mirrored folder', () => {
  const tested = new Set(readSourceFiles(['test/unit/core'], ['.test.ts']).flatMap(readTested));
  const missing = readSourceFiles(['src/core'])
    .filter(({ path, text }) => behaviour.test(text) && !tables.test(path))
    .map(({ path }) => path)
    .filter((path) => !tested.has(path));
  expect(missing).toEqual([]);
});

/** The files of the folder that a test mirrors which it imports. */
function readTested(test: SourceFile): readonly string[] {
  const mirrored = dirname(test.path).replace(/^test\/unit/u, 'src');
  return readImports(test)
    .filter((target) => target.kind === 'file')
    .map(({ path }) => path)
    .filter((path) => dirname(path) === mirrored);
}
