import { describe, expect, it } from '@jest/globals';
import { parseWanted, readList } from '#roles/ci/wanted.ts';
import { expectCode } from '#test/support/expect-code.ts';

const nothing = { variables: [], files: [], formats: [] };

describe('what a job asks for', () => {
  it('is values in variables and in files', () => {
    const wanted = parseWanted({
      variables: ['A=vault:a#k'],
      files: ['B=vault:b', 'C=vault:c#k', 'D=vault:d'],
      formats: ['D=netrc'],
    });
    expect([...wanted.secrets.keys()]).toEqual(['A', 'B', 'C', 'D']);
    expect(wanted.variables).toEqual(['A']);
    expect(wanted.files).toEqual([
      { name: 'B', key: null, format: 'json' },
      { name: 'C', key: 'k', format: 'raw' },
      { name: 'D', key: null, format: 'netrc' },
    ]);
  });

  it.each([
    { what: 'nothing', written: nothing },
    { what: 'no name', written: { ...nothing, variables: ['vault:a#k'] } },
    { what: 'a name that is none', written: { ...nothing, files: ['a-b=vault:a#k'] } },
    { what: 'no reference', written: { ...nothing, variables: ['A='] } },
    { what: 'a name twice', written: { ...nothing, variables: ['A=v:a'], files: ['A=v:b'] } },
    { what: 'an unknown format', written: { ...nothing, files: ['A=v:a'], formats: ['A=xml'] } },
    {
      what: 'a format of no file',
      written: { ...nothing, variables: ['A=v:a'], formats: ['A=env'] },
    },
  ])('is refused when it has $what', async ({ written }) => {
    await expectCode(() => parseWanted(written), 'MAYFLY_CI_SECRET');
  });

  it('is a list with white space between', () => {
    expect(readList(' A=v:a\n\nB=v:b  C=v:c ')).toEqual(['A=v:a', 'B=v:b', 'C=v:c']);
    expect(readList(undefined)).toEqual([]);
  });
});
