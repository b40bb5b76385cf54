import { describe, expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretComment, SecretNode } from '#core/secret/secret-tree.ts';
import { copyValue, entriesOf, findNode, readName } from '#core/sync/content/node-reading.ts';
import { toNode } from '#test/support/memory/memory-decryptor.ts';

const comment: SecretComment = {
  kind: 'comment',
  bytes: SecretBytes.take(Buffer.from('note')),
  inline: false,
};

describe('a decrypted tree', () => {
  it('is read without its comments', () => {
    const value = toNode('x');
    const map = { kind: 'map', entries: [comment, { kind: 'entry', key: 'a', value }] } as const;
    expect(entriesOf(map).map(({ key }) => key)).toEqual(['a']);
    const list: SecretNode = { kind: 'list', items: [comment, value] };
    expect(findNode(list, ['0'])).toBe(value);
  });

  it.each<[readonly string[], string | null]>([
    [['a', 'b', '1'], 'two'],
    [['a', 'b', '2'], null],
    [['a', 'b', 'x'], null],
    [['a', 'x', 'y'], null],
    [['a', 'b', '0', 'deeper'], null],
  ])('has at %j the text %j', (path, text) => {
    const root = toNode({ a: { b: ['one', 'two'] } });
    expect(readName(findNode(root, path) ?? undefined)).toBe(text);
  });

  it('has no name that is a map, or not UTF-8', () => {
    const bytes = SecretBytes.take(Uint8Array.of(0xff));
    expect(readName(toNode({}))).toBeNull();
    expect(readName(undefined)).toBeNull();
    expect(readName({ kind: 'value', type: 'bytes', bytes })).toBeNull();
  });

  it('keeps a byte order mark, so that no name passes for another', () => {
    expect(readName(toNode('\ufeffSecret'))).toBe('\ufeffSecret');
  });

  it('gives copies of single values, empty ones for null, and none of maps', () => {
    const value = toNode('one');
    const copy = copyValue(value);
    copy?.wipe();
    expect(readName(value)).toBe('one');
    expect(copyValue({ kind: 'null' })?.size).toBe(0);
    expect(copyValue(toNode([]))).toBeNull();
  });
});
