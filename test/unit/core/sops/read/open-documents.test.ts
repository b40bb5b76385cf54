import { describe, expect, it } from '@jest/globals';
import type { SourceComment, SourceMap, SourceNode } from '#core/secret/source-tree.ts';
import { readMetadata } from '#core/sops/metadata/read-metadata.ts';
import { binaryContent } from '#core/sops/read/binary-content.ts';
import { openDocuments, type LeafCipher, type OpenDeps } from '#core/sops/read/open-documents.ts';
import { canonicalPlaintext } from '#core/sops/read/plain-value.ts';
import { toReadableTree } from '#core/sops/render/readable-tree.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { map, text } from '#test/support/sops/trees.ts';

/** A cipher that hides nothing: the text is `data`, and `iv` has to be the path. */
const cipher: LeafCipher = {
  open: (value, additionalData) =>
    value.iv === additionalData.replaceAll(',', '') ? new TextEncoder().encode(value.data) : null,
};

function deps(): OpenDeps {
  const fed: string[] = [];
  return {
    cipher,
    hash: {
      update: (bytes) => fed.push(new TextDecoder().decode(bytes)),
      hexDigest: () => fed.join(';'),
    },
    compile: (pattern) => (candidate) => candidate.includes(pattern),
    isEqual: (left, right) => Buffer.compare(left, right) === 0,
  };
}

function sealed(data: string, path: string, type = 'str'): string {
  return `ENC[AES256_GCM,data:${data},iv:${path},tag:x,type:${type}]`;
}

const stamp = '2024-01-02T03:04:05Z';

function fileOf(
  mac: string,
  root: SourceMap,
  rule: object = {},
): Parameters<typeof openDocuments>[0] {
  const block = {
    age: [{ recipient: 'r', enc: 'e' }],
    lastmodified: stamp,
    mac: sealed(mac, stamp),
    ...rule,
  };
  const parsed = parseJson({ path: 'f', text: JSON.stringify(block) });
  return { path: 'f', documents: [root], metadata: readMetadata(parsed, 'f') };
}

function rootOf(...entries: (readonly [string, SourceNode] | SourceComment)[]): SourceMap {
  return {
    kind: 'map',
    entries: entries.map((entry) =>
      'kind' in entry ? entry : { kind: 'entry', key: entry[0], value: entry[1] },
    ),
  };
}

function str(value: string): SourceNode {
  return { kind: 'value', type: 'str', text: value };
}

function remark(value: string, inline = false): SourceComment {
  return { kind: 'comment', text: value, inline };
}

describe('opening documents', () => {
  it('gives every value its type and keeps plain ones', () => {
    const root = rootOf(
      ['a', str(sealed('5', 'a:', 'int'))],
      ['b', str(sealed('True', 'b:', 'bool'))],
      ['c', str('')],
      ['n', { kind: 'null' }],
      ['d_unencrypted', { kind: 'value', type: 'bool', text: 'false' }],
    );
    const [opened = map({})] = openDocuments(fileOf('5;True;;False', root), deps());
    expect(
      toReadableTree(opened).entries.map((entry) => entry.kind === 'entry' && entry.value),
    ).toEqual([
      { kind: 'value', type: 'int', text: '5' },
      { kind: 'value', type: 'bool', text: 'true' },
      { kind: 'value', type: 'str', text: '' },
      { kind: 'null' },
      { kind: 'value', type: 'bool', text: 'false' },
    ]);
  });

  it('feeds the MAC with encrypted values alone where the file says so', () => {
    const root = rootOf(['a', str(sealed('x', 'a:'))], ['b_unencrypted', str('y')]);
    const all = deps();
    const file = fileOf('', root, { mac_only_encrypted: true });
    expect(() => openDocuments(file, all)).toThrow(/MAC/u);
    expect(all.hash.hexDigest()).toMatch(/;x$/u);
  });

  it('decrypts comments, also those that stand in lists as values', () => {
    const list: SourceNode = {
      kind: 'list',
      items: [str(sealed('inlist', 'l:', 'comment')), str(sealed('v', 'l:'))],
    };
    const root = rootOf(remark(sealed('head', ':', 'comment'), true), ['l', list]);
    const [opened = map({})] = openDocuments(fileOf('v', root), deps());
    expect(toReadableTree(opened)).toEqual(
      rootOf(remark('head'), ['l', { kind: 'list', items: [remark('inlist'), str('v')] }]),
    );
  });

  it('keeps a comment that does not decrypt as it stands', () => {
    const root = rootOf(remark('plain', true), remark(sealed('moved', 'elsewhere:', 'comment')), [
      'a_unencrypted',
      str('x'),
    ]);
    const [opened = map({})] = openDocuments(fileOf('x', root), deps());
    expect(toReadableTree(opened)).toEqual(root);
  });

  it.each([
    ['a value of another place', rootOf(['a', str(sealed('x', 'b:'))]), 'MAYFLY_SOPS_VALUE'],
    [
      'a comment in place of a value',
      rootOf(['a', str(sealed('x', 'a:', 'comment'))]),
      'MAYFLY_SOPS_VALUE',
    ],
    ['a number that is none', rootOf(['a', str(sealed('x', 'a:', 'int'))]), 'MAYFLY_SOPS_VALUE'],
    ['a value in place of a comment', rootOf(remark(sealed('x', ':'))), 'MAYFLY_SOPS_VALUE'],
    ['a plain text', rootOf(['a', str('x')]), 'MAYFLY_SOPS_VALUE_PLAIN'],
    [
      'a plain number',
      rootOf(['a', { kind: 'value', type: 'int', text: '1' }]),
      'MAYFLY_SOPS_VALUE_PLAIN',
    ],
    ['nothing', rootOf(), 'MAYFLY_SOPS_MAC_MISMATCH'],
  ] as const)('refuses %s', async (_, root, code) => {
    await expectCode(() => openDocuments(fileOf('x', root), deps()), code);
  });

  it.each([
    ['that is not encrypted', 'x'],
    ['of another time', sealed('x', '2025-01-02T03:04:05Z')],
    ['of another type', sealed('x', stamp, 'bytes')],
  ])('refuses a MAC %s', async (_, mac) => {
    const root = rootOf(['a_unencrypted', str('x')]);
    await expectCode(
      () => openDocuments(fileOf('x', root, { mac }), deps()),
      'MAYFLY_SOPS_MAC_MISMATCH',
    );
  });

  it('refuses a rule that is no pattern', async () => {
    const broken: OpenDeps = {
      ...deps(),
      compile: () => {
        throw new SyntaxError('bad pattern');
      },
    };
    const file = fileOf('', rootOf(), { encrypted_regex: '(' });
    const error = await expectCode(() => openDocuments(file, broken), 'MAYFLY_SOPS_PATTERN');
    expect(error.message).toBe('the encrypted_regex of f is not a valid regular expression');
  });
});

describe('the content of a binary file', () => {
  it('is the text under data', () => {
    const content = binaryContent('f', [map({ other: text('x'), data: text('y') })]);
    expect(
      content.kind === 'value' && [content.type, Buffer.from(content.bytes.expose()).toString()],
    ).toEqual(['bytes', 'y']);
  });

  it('is refused when there is none, and nothing stays readable', async () => {
    const secret = text('x');
    await expectCode(() => binaryContent('f', [map({ other: secret })]), 'MAYFLY_SOPS_METADATA');
    await expectCode(() => binaryContent('f', []), 'MAYFLY_SOPS_METADATA');
    expect(secret.bytes.isWiped).toBe(true);
  });
});

describe('a plaintext', () => {
  it.each([
    ['str', 'x', 'x'],
    ['bytes', '\u0000', '\u0000'],
    ['int', '+07', '7'],
    ['int', '9223372036854775808', null],
    ['float', '1e3', '1000'],
    ['float', 'NaN', 'NaN'],
    ['float', 'x', null],
    ['bool', 't', 'true'],
    ['bool', 'False', 'false'],
    ['bool', 'no', null],
    ['time', '2024-01-02T03:04:05.10Z', '2024-01-02T03:04:05.1Z'],
    ['time', '2024', null],
  ] as const)('of type %s %j is %j', (type, plain, canonical) => {
    const bytes = canonicalPlaintext(type, new TextEncoder().encode(plain));
    expect(bytes && new TextDecoder().decode(bytes)).toBe(canonical);
  });
});
