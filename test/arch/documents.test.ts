import { expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findUnit } from '#test/support/arch/boundaries.ts';
import { readSourceFiles, root } from '#test/support/arch/source-files.ts';

const maxReadmeLines = 60;

it('every adapter and every role says in a short readme what it is', () => {
  const files = readSourceFiles(['src/adapters', 'src/roles']);
  const places = new Set(files.map(({ path }) => findUnit(path)).filter((unit) => unit !== null));
  const wrong = [...places].filter((place) => {
    const readme = join(root, place, 'readme.md');
    if (!existsSync(readme)) return true;
    return readFileSync(readme, 'utf8').split('\n').length > maxReadmeLines;
  });
  expect(wrong).toEqual([]);
});

it('every link from one document to another leads somewhere', () => {
  const folders = ['docs', 'src', 'webhook', 'certs', 'manifests', 'test'];
  const top = readdirSync(root)
    .filter((name) => name.endsWith('.md'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const broken = [...top, ...readSourceFiles(folders, ['.md'])].flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/gu)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(join(root, dirname(path), target)))
      .map((target) => `${path} -> ${target}`),
  );
  expect(broken).toEqual([]);
});
