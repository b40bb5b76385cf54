import { describe, expect, it } from '@jest/globals';
import { findFullFolders, findLargeParts, findLongFiles } from '#test/support/arch/sizes.ts';
import { readSourceFiles, type SourceFile } from '#test/support/arch/source-files.ts';

const production = readSourceFiles(['src', 'webhook', 'certs']);
const everything = readSourceFiles(['src', 'webhook', 'certs', 'test', 'tools']);

describe('sizes', () => {
  it('keep every file short', () => {
    expect(findLongFiles(everything)).toEqual([]);
  });

  it('keep every folder small', () => {
    expect(findFullFolders(everything)).toEqual([]);
  });

  it('keep core, each adapter and the webhook within their budgets', () => {
    expect(findLargeParts(production)).toEqual([]);
  });

  it('are found out where they are exceeded', () => {
    const inFolder = (index: number): SourceFile => file(`webhook/part-${index}.ts`, 40);
    const planted = [
      file('src/core/long.ts', 201),
      ...Array.from({ length: 13 }, (_, i) => inFolder(i)),
    ];
    expect(findLongFiles(planted)).toEqual(['src/core/long.ts: 201 lines']);
    expect(findFullFolders(planted)).toEqual(['webhook: 13 files']);
    expect(findLargeParts(planted)).toEqual(['webhook: 520 lines of code, at most 400']);
  });
});

function file(path: string, lines: number): SourceFile {
  return { path, text: 'export {};\n'.repeat(lines) };
}
