import { describe, expect, it } from '@jest/globals';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { findDifference } from '#core/sops/write/find-difference.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';

function parse(text: string): SourceMap {
  return parseJson({ path: 'a', text });
}

const wanted = '{"a":1,"b":{"c":["x",null,{"d":"y"}]},"e":{}}';

describe('comparing what was written with what was wanted', () => {
  it('finds nothing between equal documents, whatever the types of their values', () => {
    expect(findDifference([parse(wanted)], [parse(wanted)])).toBeNull();
    expect(findDifference([parse('{"a":1.0}')], [parse('{"a":"1"}')])).toBeNull();
  });

  it('leaves comments out of account', () => {
    const { entries } = parse(wanted);
    const commented: SourceMap = {
      kind: 'map',
      entries: [{ kind: 'comment', text: 'why', inline: false }, ...entries],
    };
    expect(findDifference([commented], [parse(wanted)])).toBeNull();
  });

  it.each([
    { when: 'a value', found: wanted.replace('"y"', '"z"'), path: 'b.c.2.d' },
    { when: 'a null', found: wanted.replace('null', '"null"'), path: 'b.c.1' },
    { when: 'a key', found: wanted.replace('"d"', '"f"'), path: 'b.c.2.d' },
    { when: 'the order', found: '{"b":1,"a":1,"e":{}}', path: 'a' },
    { when: 'an item less', found: wanted.replace('"x",', ''), path: 'b.c' },
    { when: 'an entry less', found: '{"a":1}', path: 'top level' },
    { when: 'another structure', found: wanted.replace('{}', '[]'), path: 'e' },
  ])('names the place of $when', ({ found, path }) => {
    expect(findDifference([parse(wanted)], [parse(found)])).toBe(path);
  });

  it('notices a document less', () => {
    expect(findDifference([parse(wanted)], [])).toBe('documents');
  });
});
