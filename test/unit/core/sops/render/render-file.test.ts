import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FileFormat } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SourceMap, SourceNode, SourceValue } from '#core/secret/source-tree.ts';
import { toReadableTree } from '#core/sops/render/readable-tree.ts';
import { renderBinary } from '#core/sops/render/render-binary.ts';
import { renderDotenv } from '#core/sops/render/render-dotenv.ts';
import { renderDecrypted, renderFile } from '#core/sops/render/render-file.ts';
import { renderIni } from '#core/sops/render/render-ini.ts';
import { renderJson } from '#core/sops/render/render-json.ts';
import { plainText, rawBytes } from '#core/sops/render/render-target.ts';
import { renderYaml } from '#core/sops/render/render-yaml.ts';
import { renderYamlLine, renderYamlScalar } from '#core/sops/render/yaml-scalar-text.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { parsePlain } from '#test/support/sops/vectors.ts';
import { comment, list, map, text } from '#test/support/sops/trees.ts';

function str(value: string): SourceValue {
  return { kind: 'value', type: 'str', text: value };
}

function mapOf(entries: Readonly<Record<string, SourceNode>>): SourceMap {
  return {
    kind: 'map',
    entries: Object.entries(entries).map(([key, value]) => ({ kind: 'entry', key, value })),
  };
}

function written(format: FileFormat, ...documents: SourceMap[]): string {
  return Buffer.from(renderFile(documents, { path: 'f', format })).toString();
}

const key = fc.string({ unit: 'grapheme', maxLength: 12 });
const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    'yes',
    '1',
    '',
    ' x',
    'x ',
    'a: b',
    'a #b',
    'x:',
    '- a',
    '~',
    '0x1F',
    '...',
    '---',
  ),
  fc.constantFrom(
    '2024-01-02',
    'x\ny',
    'x\n',
    'x\n\n',
    '\nx',
    ' a\nb',
    'a\tb',
    'a\r\nb',
    '\u2028',
    '\ufeff',
  ),
);
const node = fc.letrec<{ node: SourceNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    scalar.map((value) => str(value.toWellFormed())),
    fc.constant<SourceNode>({ kind: 'null' }),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value): SourceNode => ({ kind: 'value', type: 'int', text: String(value) })),
    fc.boolean().map((value): SourceNode => ({ kind: 'value', type: 'bool', text: String(value) })),
    fc.array(tie('node'), { maxLength: 3 }).map((items): SourceNode => ({ kind: 'list', items })),
    fc.dictionary(key, tie('node'), { maxKeys: 3 }).map((entries): SourceNode => mapOf(entries)),
  ),
})).node;
const document = fc.dictionary(key, node, { maxKeys: 4 }).map((entries) => mapOf(entries));

describe('what is written', () => {
  it.each(['yaml', 'json'] as const)('is read again as the same %s', (format) => {
    fc.assert(
      fc.property(document, (tree) => {
        expect(parsePlain(format, Buffer.from(written(format, tree)))).toEqual([tree]);
      }),
      { numRuns: 200 },
    );
  });

  it('is read again as the same dotenv and INI', () => {
    const word = fc.stringMatching(/^[A-Za-z_][\w.]{0,8}$/u).filter((name) => name !== 'DEFAULT');
    const line = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
    const flat = fc.dictionary(
      word,
      line.filter((value) => !value.includes('\\n')),
    );
    fc.assert(
      fc.property(flat, (entries) => {
        const tree = mapOf(
          Object.fromEntries(Object.entries(entries).map(([k, v]) => [k, str(v)])),
        );
        expect(parsePlain('dotenv', Buffer.from(written('dotenv', tree)))).toEqual([tree]);
      }),
    );
  });
});

describe('YAML', () => {
  it('keeps comments where they stood', () => {
    const tree = toReadableTree(
      map({
        c1: comment(' head'),
        a: text('1', 'int'),
        c2: comment(' inline', true),
        b: text('x'),
        c3: comment(' lost', true),
        m: map({ c: comment(' in'), k: list(comment(' first'), text('v'), comment(' last')) }),
        l: list(
          map({ x: text('1'), y: text('2') }),
          list(text('z')),
          map({ c: comment(' c'), q: text('3') }),
        ),
        c4: comment(' two\n lines'),
        c5: comment(' end', true),
      }),
    );
    const expected = [
      '# head',
      'a: 1',
      'b: x # inline',
      '# lost',
      'm:',
      '    # in',
      '    k:',
      '        # first',
      '        - v',
      '        # last',
      'l:',
      '    - x: "1"',
      '      "y": "2"',
      '    - - z',
      '    -',
      '      # c',
      '      q: "3"',
      '# two',
      '# lines',
      '# end',
      '',
    ];
    expect(written('yaml', tree)).toBe(expected.join('\n'));
  });

  it('writes documents behind a mark, and empty ones as an empty map', () => {
    expect(written('yaml', mapOf({ a: str('x') }), mapOf({}))).toBe('a: x\n---\n{}\n');
    expect(
      written('yaml', { kind: 'map', entries: [{ kind: 'comment', text: 'c', inline: false }] }),
    ).toBe('#c\n{}\n');
  });

  it.each([
    [str('text'), 'text'],
    [str('yes'), '"yes"'],
    [str('1:30'), '"1:30"'],
    [str('with: colon'), '"with: colon"'],
    [str('\u0085'), '"\\u0085"'],
    [{ kind: 'value', type: 'float', text: '1000000' }, '1e+06'],
    [{ kind: 'value', type: 'float', text: '+Inf' }, '.inf'],
    [{ kind: 'value', type: 'time', text: '2024-01-02T00:00:00Z' }, '2024-01-02T00:00:00Z'],
    [{ kind: 'value', type: 'bytes', text: '/w==' }, '!!binary /w=='],
  ] satisfies readonly (readonly [SourceValue, string])[])(
    'quotes only what it must: %j',
    (value, line) => {
      expect(renderYamlScalar(value)).toEqual({ kind: 'line', text: line });
      expect(renderYamlLine('plain key')).toBe('plain key');
    },
  );

  it('writes a long key in the explicit form', () => {
    const long = 'k'.repeat(200);
    const bytes = Buffer.from(renderYaml([mapOf({ [long]: str('v') })]));
    expect(bytes.toString()).toBe(`? ${long}\n: v\n`);
    expect(parsePlain('yaml', bytes)).toEqual([mapOf({ [long]: str('v') })]);
  });
});

describe('formats without maps or types', () => {
  const target = { path: 'f', format: 'dotenv' } as const;

  it('write numbers and times as sops does', () => {
    const values = (
      [
        ['float', '3'],
        ['float', '1000000'],
        ['float', 'NaN'],
        ['float', '+Inf'],
        ['time', '2024-01-02T00:00:00.5Z'],
        ['bool', 'true'],
      ] as const
    ).map(([type, value]) => plainText({ kind: 'value', type, text: value }));
    expect(values).toEqual(['3.0', '1E+06', 'NaN', '+Inf', '2024-01-02T00:00:00Z', 'true']);
  });

  it('keep bytes that are no text', () => {
    const bytes = map({
      data: { kind: 'value', type: 'str', bytes: SecretBytes.take(Uint8Array.of(0xff, 0x0a)) },
    });
    const tree = toReadableTree(bytes);
    expect(Buffer.from(renderDotenv([tree], target)).toString('latin1')).toBe('data=\xff\\n\n');
    expect([...renderBinary([tree], target)]).toEqual([0xff, 0x0a]);
    expect([...rawBytes(str('x'), 'y')]).toEqual([0x79]);
    expect(Buffer.from(renderIni([mapOf({ s: tree })], target)).toString('latin1')).toContain(
      'data = \xff',
    );
  });

  it.each([
    ['dotenv', mapOf({ a: { kind: 'list', items: [] } })],
    ['dotenv', mapOf({ a: { kind: 'null' } })],
    ['ini', mapOf({ a: str('x') })],
    ['ini', mapOf({ a: mapOf({ b: { kind: 'null' } }) })],
    ['binary', mapOf({ a: str('x') })],
    ['binary', mapOf({ data: mapOf({}) })],
    ['binary', mapOf({ data: { kind: 'value', type: 'int', text: '1' } })],
    ['json', mapOf({ a: { kind: 'value', type: 'float', text: 'NaN' } })],
    ['json', mapOf({ a: { kind: 'value', type: 'bytes', text: '/w==' } })],
  ] as const)('refuse what they cannot hold: %s %#', async (format, tree) => {
    await expectCode(() => written(format, tree), 'MAYFLY_SOPS_RENDER');
  });

  it.each(['json', 'dotenv', 'ini', 'binary'] as const)('hold one document: %s', async (format) => {
    await expectCode(() => written(format, mapOf({}), mapOf({})), 'MAYFLY_SOPS_RENDER');
  });

  it('quote in INI what would be read in another way', () => {
    const section = mapOf({
      'a=b': str('x'),
      'c`': str('p;q'),
      d: str(' y '),
      e: str('l\nm'),
      f: str('b`'),
    });
    const tree = mapOf({ DEFAULT: mapOf({ top: str('1') }), s: section });
    const target_ = { path: 'f', format: 'ini' } as const;
    expect(Buffer.from(renderIni([tree], target_)).toString()).toBe(
      'top = 1\n\n[s]\n`a=b`    = x\n"""c`""" = `p;q`\nd        = " y "\ne        = """l\nm"""\nf        = """b`"""\n',
    );
  });

  it('write comments of INI in front of what they belong to', () => {
    const remark = (value: string): { kind: 'comment'; text: string; inline: boolean } => ({
      kind: 'comment',
      text: value,
      inline: false,
    });
    const section: SourceMap = {
      kind: 'map',
      entries: [
        remark('of s\n; two'),
        { kind: 'entry', key: 'k', value: str('v') },
        remark('of k'),
      ],
    };
    expect(written('ini', mapOf({ s: section, t: mapOf({}) }))).toBe(
      '; of s\n; two\n[s]\n; of k\nk = v\n\n[t]\n',
    );
    expect(written('ini', { kind: 'map', entries: [remark('x')] })).toBe('');
  });

  it('write a binary file as another format under its key', () => {
    const file = {
      format: 'binary',
      documents: [{ kind: 'value', type: 'bytes', bytes: SecretBytes.take(Buffer.from('x')) }],
      lastModified: 0,
      wipe: () => undefined,
    } as const;
    expect(Buffer.from(renderDecrypted(file, { path: 'f', format: 'json' })).toString()).toBe(
      '{\n\t"data": "x"\n}\n',
    );
    expect(
      Buffer.from(
        renderJson([mapOf({ a: { kind: 'value', type: 'float', text: '-0' } })], target),
      ).toString(),
    ).toBe('{\n\t"a": -0\n}\n');
  });
});
