import { describe, expect, it } from '@jest/globals';
import { findEmptyNames, findUnkebabbed } from '#test/support/arch/names.ts';
import { readSourceFiles } from '#test/support/arch/source-files.ts';

const files = readSourceFiles(['src', 'webhook', 'certs', 'test', 'tools']);

describe('names', () => {
  it('of files and folders are kebab-case', () => {
    expect(findUnkebabbed(files)).toEqual([]);
  });

  it('hold no word that says nothing', () => {
    expect(findEmptyNames(files)).toEqual([]);
  });

  it('are found out where they break the rules', () => {
    const planted = [
      { path: 'src/core/leaseTools.ts', text: '' },
      { path: 'src/core/lease-helper.ts', text: 'export function readDataKey(): void {}\n' },
      { path: 'src/core/lease.ts', text: 'export class LeaseManager {}\n' },
    ];
    expect(findUnkebabbed(planted)).toEqual(['src/core/leaseTools.ts']);
    expect(findEmptyNames(planted)).toEqual([
      'src/core/lease-helper.ts: lease-helper.ts',
      'src/core/lease.ts: LeaseManager',
    ]);
  });
});
