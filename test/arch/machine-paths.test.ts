import { expect, it } from '@jest/globals';
import { readSourceFiles } from '#test/support/arch/source-files.ts';

const folders = ['src', 'webhook', 'certs', 'test', 'tools', 'docs', 'manifests', '.ci'];
const endings = ['.ts', '.mjs', '.md', '.json', '.yaml', '.yml', '.go', '.mod', '.service', 'run'];

/** A folder of one machine, or the address that one machine downloads from. */
const machine = /(?<![\w.~-])\/(?:work|Users)\/|"resolved":|registry\.npmjs|proxy\.golang/u;

it('no file names a folder or a download address of one machine', () => {
  const found = readSourceFiles(folders, endings)
    .filter(({ path }) => path !== 'test/arch/machine-paths.test.ts')
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line, index) => ({ line, at: `${path}:${index + 1}` }))
        .filter(({ line }) => machine.test(line))
        .map(({ at }) => at),
    );
  expect(found).toEqual([]);
});
