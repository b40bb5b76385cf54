import { describe, expect, it } from '@jest/globals';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { wrapLeaves } from '#core/sops/write/wrap-leaves.ts';

describe('taking a parsed file as plaintext', () => {
  it('makes every value and comment secret and keeps order, types and nulls', () => {
    const document: SourceMap = {
      kind: 'map',
      entries: [
        { kind: 'comment', text: ' why', inline: false },
        {
          kind: 'entry',
          key: 'l',
          value: {
            kind: 'list',
            items: [
              { kind: 'value', type: 'int', text: '1' },
              { kind: 'comment', text: 'in', inline: true },
              { kind: 'null' },
            ],
          },
        },
      ],
    };
    const wrapped = wrapLeaves(document);
    expect(JSON.stringify(wrapped)).toBe(
      JSON.stringify({
        kind: 'map',
        entries: [
          { kind: 'comment', bytes: '[secret]', inline: false },
          {
            kind: 'entry',
            key: 'l',
            value: {
              kind: 'list',
              items: [
                { kind: 'value', type: 'int', bytes: '[secret]' },
                { kind: 'comment', bytes: '[secret]', inline: true },
                { kind: 'null' },
              ],
            },
          },
        ],
      }),
    );
  });
});
