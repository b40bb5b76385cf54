import { describe, expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretNode } from '#core/secret/secret-tree.ts';

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
