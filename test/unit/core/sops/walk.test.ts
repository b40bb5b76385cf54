import { describe, expect, it } from '@jest/globals';
import type { SourceComment, SourceMap, SourceValue } from '#core/secret/source-tree.ts';
import { compileRule, defaultRule, type SelectionRule } from '#core/sops/selection.ts';
import { parseDotenv } from '#core/sops/text/parse-dotenv.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';
import { mapLeaves } from '#core/sops/walk.ts';

function contains(pattern: string): (text: string) => boolean {
  return (text) => text.includes(pattern);
}

/** What the walk visits: the authenticated path, and `+` where the rule encrypts. */
function visits(root: SourceMap, rule: SelectionRule): string[] {
  const seen: string[] = [];
  mapLeaves<SourceValue, SourceComment, SourceValue, SourceComment>(
    root,
    compileRule(rule, contains),
    {
      value(leaf, place) {
        seen.push(`${place.additionalData}${leaf.text}${place.encrypted ? '+' : ''}`);
        return leaf;
      },
      item(leaf, place) {
        return this.value(leaf, place);
      },
      comment(comment, place) {
        seen.push(`${place.additionalData}#${comment.text}${place.encrypted ? '+' : ''}`);
        return comment;
      },
      commentText: (comment) => comment.text,
    },
  );
  return seen;
}

const json = parseJson({
  path: 'x',
  text: '{"10":"a","2":{"b:c":["x",null,["y"],{"k_key":1}],"k_key":{"d":true}},"":"z"}',
});

function comment(text: string): SourceComment {
  return { kind: 'comment', text, inline: false };
}

function value(text: string): SourceValue {
  return { kind: 'value', type: 'str', text };
}

const commented: SourceMap = {
  kind: 'map',
  entries: [
    comment('plain'),
    { kind: 'entry', key: 'a', value: value('1') },
    comment('hit one'),
    comment('after'),
    {
      kind: 'entry',
      key: 'm',
      value: {
        kind: 'map',
        entries: [comment('inner'), { kind: 'entry', key: 'b', value: value('2') }],
      },
    },
    {
      kind: 'entry',
      key: 'l',
      value: { kind: 'list', items: [value('3'), comment('hit two'), value('4'), value('5')] },
    },
  ],
};

describe('the walk over a document', () => {
  it('goes in document order, joins map keys alone, and passes nulls by', () => {
    expect(visits(json, defaultRule)).toEqual([
      '10:a+',
      '2:b:c:x+',
      '2:b:c:y+',
      '2:b:c:k_key:1+',
      '2:k_key:d:true+',
      ':z+',
    ]);
  });

  it.each([
    [{ kind: 'encrypted-suffix', suffix: '_key' }, ['2:b:c:k_key:1', '2:k_key:d:true']],
    [{ kind: 'encrypted-regex', pattern: ':' }, ['2:b:c:x', '2:b:c:y', '2:b:c:k_key:1']],
    [{ kind: 'unencrypted-suffix', suffix: '2' }, ['10:a', ':z']],
    [{ kind: 'unencrypted-regex', pattern: 'k_' }, ['10:a', '2:b:c:x', '2:b:c:y', ':z']],
  ] as const satisfies readonly (readonly [SelectionRule, readonly string[]])[])(
    'lets one hit on the path decide for all below: %j',
    (rule, encrypted) => {
      const hits = visits(json, rule).filter((visit) => visit.endsWith('+'));
      expect(hits).toEqual(encrypted.map((visit) => `${visit}+`));
    },
  );

  it('encrypts what stands under a comment, but not the comment that says so', () => {
    expect(visits(commented, { kind: 'encrypted-comment-regex', pattern: 'hit' })).toEqual([
      ':#plain',
      'a:1',
      ':#hit one',
      ':#after+',
      'm:#inner+',
      'm:b:2+',
      'l:3',
      'l:#hit two',
      'l:4+',
      'l:5',
    ]);
  });

  it('leaves alone what stands under a comment, and the comment itself', () => {
    expect(visits(commented, { kind: 'unencrypted-comment-regex', pattern: 'hit' })).toEqual([
      ':#plain+',
      'a:1+',
      ':#hit one',
      ':#after',
      'm:#inner',
      'm:b:2',
      'l:3+',
      'l:#hit two',
      'l:4',
      'l:5+',
    ]);
  });

  it('gives a comment the path of what holds it, and a lone colon at the root', () => {
    const root = parseDotenv({ path: 'x', text: '#c\nA=1\n' });
    expect(visits(root, defaultRule)).toEqual([':#c+', 'A:1+']);
  });
});
