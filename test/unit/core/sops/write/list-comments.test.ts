import { describe, expect, it } from '@jest/globals';
import type { SourceComment, SourceMap, SourceNode } from '#core/secret/source-tree.ts';
import { moveListComments } from '#core/sops/write/list-comments.ts';

const sealed: SourceComment = { kind: 'comment', text: 'ENC[x]', inline: false };
const plain: SourceComment = { kind: 'comment', text: 'ENC[x]', inline: false };

function mapOf(value: SourceNode): SourceMap {
  return { kind: 'map', entries: [sealed, { kind: 'entry', key: 'a', value }] };
}

describe('encrypted comments in lists', () => {
  it('become values at any depth, those of maps and plain ones stay', () => {
    const inner: SourceNode = { kind: 'list', items: [sealed, plain, { kind: 'null' }] };
    const moved: SourceNode = {
      kind: 'list',
      items: [{ kind: 'value', type: 'str', text: 'ENC[x]' }, plain, { kind: 'null' }],
    };
    const before = mapOf({ kind: 'list', items: [inner, mapOf(inner)] });
    const after = mapOf({ kind: 'list', items: [moved, mapOf(moved)] });
    expect(moveListComments(before, new Set([sealed]))).toEqual(after);
  });
});
