import { expect, it } from '@jest/globals';
import { readSourceFiles } from '#test/support/arch/source-files.ts';

const comment =
  /(?:oxlint|eslint)-disable(?:-next-line|-line)?|@ts-(?:expect-error|ignore|nocheck)|prettier-ignore/u;

/** Every place where a rule is switched off. Each says why, after ` -- `, in its line. */
const known = [
  'test/support/describe-with-parts.ts: jest/no-disabled-tests',
  'test/unit/core/secret/secret-bytes.test.ts: typescript/restrict-template-expressions',
];

it('every rule that is switched off in a line is listed here and says why', () => {
  const found = readSourceFiles(['src', 'webhook', 'certs', 'test', 'tools'])
    .filter(({ path }) => path !== 'test/arch/disable-comments.test.ts')
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => comment.test(line))
        .map((line) => `${path}: ${describeComment(line)}`),
    );
  expect(found).toEqual(known);
});

function describeComment(line: string): string {
  const [what = '', why = ''] = line.split(' -- ');
  if (why.trim() === '') return 'switched off without a reason';
  return what.split(comment)[1]?.trim() ?? '';
}
