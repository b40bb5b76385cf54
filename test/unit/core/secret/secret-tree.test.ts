import { describe, expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { copyTree, wipeTree, type SecretNode } from '#core/secret/secret-tree.ts';

describe('wipeTree', () => {
  it('wipes every value and every comment below the node', () => {
    const secrets = ['a', 'b', 'c', 'd'].map((text) =>
      SecretBytes.take(new TextEncoder().encode(text)),
    );
    const [a, b, c, d] = secrets as [SecretBytes, SecretBytes, SecretBytes, SecretBytes];
    const tree: SecretNode = {
      kind: 'map',
      entries: [
        { kind: 'comment', bytes: a, inline: false },
        { kind: 'entry', key: 'one', value: { kind: 'value', type: 'str', bytes: b } },
        {
          kind: 'entry',
          key: 'many',
          value: {
            kind: 'list',
            items: [
              { kind: 'value', type: 'int', bytes: c },
              { kind: 'comment', bytes: d, inline: true },
              { kind: 'null' },
            ],
          },
        },
      ],
    };
    wipeTree(tree);
    expect(secrets.map((secret) => secret.isWiped)).toEqual([true, true, true, true]);
  });
});

describe('copyTree', () => {
  it('copies every value with bytes of its own, and no comment', () => {
    const [value, comment] = ['a', 'b'].map((text) => SecretBytes.take(Buffer.from(text))) as [
      SecretBytes,
      SecretBytes,
    ];
    const note = { kind: 'comment', bytes: comment, inline: false } as const;
    const leaf = { kind: 'value', type: 'int', bytes: value } as const;
    const tree: SecretNode = {
      kind: 'map',
      entries: [
        note,
        { kind: 'entry', key: 'one', value: leaf },
        {
          kind: 'entry',
          key: 'many',
          value: { kind: 'list', items: [note, leaf, { kind: 'null' }] },
        },
      ],
    };
    const copy = copyTree(tree);
    wipeTree(tree);
    expect(copy).toMatchObject({
      kind: 'map',
      entries: [
        { key: 'one', value: { kind: 'value', type: 'int' } },
        { key: 'many', value: { items: [{ kind: 'value' }, { kind: 'null' }] } },
      ],
    });
    const [first] = copy.kind === 'map' ? copy.entries : [];
    const text = first?.kind === 'entry' && first.value.kind === 'value' ? first.value.bytes : null;
    expect(Buffer.from(text?.expose() ?? []).toString()).toBe('a');
    wipeTree(copy);
    expect(text?.isWiped).toBe(true);
  });
});
