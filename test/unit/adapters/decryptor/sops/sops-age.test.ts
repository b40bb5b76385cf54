import { describe, expect, it } from '@jest/globals';
import { decryptSops } from 'sops-age';
import type { SourceNode } from '#core/secret/source-tree.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { openVector, readVector, readable, vectorKey } from '#test/support/sops/vectors.ts';

const secretKey = /AGE-SECRET-KEY-1\w+/u.exec(
  Buffer.from(vectorKey('one').bytes.expose()).toString(),
)?.[0];

async function bySopsAge(text: string, fileType: 'yaml' | 'json' | 'env'): Promise<unknown> {
  return decryptSops(text, { fileType, secretKey: secretKey ?? '' });
}

/** A tree as plain values, the way `sops-age` answers. */
function plainOf(node: SourceNode): unknown {
  switch (node.kind) {
    case 'map': {
      const entries = node.entries.filter((entry) => entry.kind === 'entry');
      return Object.fromEntries(entries.map(({ key, value }) => [key, plainOf(value)]));
    }
    case 'list':
      return node.items.filter((item) => item.kind !== 'comment').map((item) => plainOf(item));
    case 'null':
      return null;
    case 'value':
      if (node.type === 'bool') return node.text === 'true';
      return node.type === 'int' || node.type === 'float' ? Number(node.text) : node.text;
  }
}

async function byMayfly(path: string, text: string): Promise<unknown> {
  const file = await openVector({ path, encrypted: Buffer.from(text), keys: [vectorKey('one')] });
  return readable(file).map((document) => plainOf(document))[0];
}

function textOf(path: string): string {
  return readVector(path).encrypted.toString();
}

describe('beside sops-age, for what it supports', () => {
  it.each([
    'default-rule.enc.yaml',
    'two-recipients.enc.yaml',
    'encrypted-suffix.enc.yaml',
    'unencrypted-regex.enc.yaml',
    'encrypted-regex.enc.yaml',
    'mac-only-encrypted.enc.yaml',
  ])('Mayfly reads the same: %s', async (path) => {
    const text = textOf(path);
    expect(await byMayfly(path, text)).toEqual(await bySopsAge(text, 'yaml'));
  });

  it('Mayfly keeps the whole numbers that it loses', async () => {
    const text = textOf('types.enc.yaml');
    const file = await openVector({
      path: 'a.yaml',
      encrypted: Buffer.from(text),
      keys: [vectorKey('one')],
    });
    expect(JSON.stringify(readable(file))).toContain('"9223372036854775807"');
  });
});

describe('files that sops-age accepts and Mayfly refuses', () => {
  const text = textOf('default-rule.enc.yaml');
  const port = /^port: .*\n/mu.exec(text)?.[0] ?? '';
  const name = /^name: .*$/mu.exec(text)?.[0] ?? '';

  it.each([
    ['a value removed', text.replace(port, ''), 'MAYFLY_SOPS_MAC_MISMATCH'],
    ['a plain value planted', text.replace(name, 'name: planted'), 'MAYFLY_SOPS_VALUE_PLAIN'],
    ['no MAC at all', text.replace(/^ {4}mac: .*$/mu, '    mac: ""'), 'MAYFLY_SOPS_MAC_MISSING'],
  ] as const)('%s', async (_, tampered, code) => {
    await expect(bySopsAge(tampered, 'yaml')).resolves.toHaveProperty('secret_key', 's3cr3t');
    await expectCode(byMayfly('a.yaml', tampered), code);
  });
});
