import { describe, expect, it } from '@jest/globals';
import type { SourceNode } from '#core/secret/source-tree.ts';
import { commentBehind, indexOfAny } from '#core/sops/text/ini-value.ts';
import { parseDotenv } from '#core/sops/text/parse-dotenv.ts';
import { parseIni } from '#core/sops/text/parse-ini.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';
import { lineOf, textLimits } from '#core/sops/text/parse-text.ts';
import { parseTextFile } from '#core/sops/text/parse-text-file.ts';
import { tellFormat } from '#core/sops/text/tell-format.ts';
import { expectCode } from '#test/support/expect-code.ts';

/** A tree in short: `{a=str x,#comment}`. */
function short(node: SourceNode): string {
  switch (node.kind) {
    case 'map':
      return `{${node.entries
        .map((entry) =>
          entry.kind === 'comment' ? `#${entry.text}` : `${entry.key}=${short(entry.value)}`,
        )
        .join(',')}}`;
    case 'list':
      return `[${node.items.map((item) => (item.kind === 'comment' ? '#' : short(item))).join(',')}]`;
    case 'null':
      return 'null';
    case 'value':
      return `${node.type} ${node.text}`;
  }
}

const json = (text: string): string => short(parseJson({ path: 'f', text }));
const ini = (text: string): string => short(parseIni({ path: 'f', text }));
const dotenv = (text: string): string => short(parseDotenv({ path: 'f', text }));

describe('JSON', () => {
  it.each([
    ['{"b":1,"10":2,"2":3}', '{b=int 1,10=int 2,2=int 3}'],
    [' { } ', '{}'],
    ['{"a":9007199254740993}', '{a=int 9007199254740993}'],
    ['{"a":9223372036854775808}', '{a=float 9223372036854776000}'],
    ['{"a":1.0,"b":1e2,"c":-0,"d":-0.0}', '{a=float 1,b=float 100,c=int 0,d=float -0}'],
    ['{"a":[true,false,null,[],{}]}', '{a=[bool true,bool false,null,[],{}]}'],
    ['{"\\u0061\\n":"\\ud83d\\ude00\\/"}', '{a\n=str 😀/}'],
    ['{"a":"\\ud800"}', '{a=str \ufffd}'],
    ['{"__proto__":"x"}', '{__proto__=str x}'],
  ])('is read in its order and by the text of its numbers: %s', (text, tree) => {
    expect(json(text)).toBe(tree);
  });

  it.each([
    '',
    '[]',
    '1',
    '{"a":1}x',
    '{"a":1}{}',
    '{"a":1,}',
    '{"a":1',
    '{a:1}',
    "{'a':1}",
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1e999}',
    '{"a":NaN}',
    '{"a":"\n"}',
    '{"a":"\\x41"}',
    '{"a":"x}',
    '{"a":[1 2]}',
    '{"a" 1}',
    '{"a":}',
    '\ufeff{}',
  ])('is refused when it is not one well-formed object: %j', async (text) => {
    await expectCode(() => json(text), 'MAYFLY_SOPS_SYNTAX');
  });

  it('is refused for the same key twice, however it is written', async () => {
    const error = await expectCode(
      () => json('{"a":1,\n"\\u0061":2}'),
      'MAYFLY_SOPS_DUPLICATE_KEY',
    );
    expect(error.message).toContain('line 2');
  });

  it.each([
    ['levels', '{"a":'.repeat(textLimits.depth + 1)],
    ['levels', `{"a":${'['.repeat(5_000_000)}`],
    ['values', `{"a":[${'1,'.repeat(textLimits.nodes + 1)}1]}`],
  ])('is refused with too many %s', async (what, text) => {
    const error = await expectCode(() => json(text), 'MAYFLY_SOPS_LIMIT');
    expect(error.message).toContain(what);
  });
});

describe('dotenv', () => {
  it('knows no quotes, no blanks and no export', () => {
    expect(dotenv('A="x"\nB = y \nexport C=1=2\n\nD=\n')).toBe(
      '{A=str "x",B =str  y ,export C=str 1=2,D=str }',
    );
  });

  it('takes a hash for a comment only at the start of a line', () => {
    expect(dotenv('#c\nA=x # y\n #=z\n')).toBe('{#c,A=str x # y, #=str z}');
  });

  it('reads the two characters backslash and n as a line break', () => {
    expect(dotenv('A=x\\ny')).toBe('{A=str x\ny}');
  });

  it('is refused for a line without a key, a key twice, and too many lines', async () => {
    const fault = await expectCode(() => dotenv('A=1\nB\n'), 'MAYFLY_SOPS_SYNTAX');
    expect(fault.message).toContain('line 2');
    await expectCode(() => dotenv('A=1\nA=2\n'), 'MAYFLY_SOPS_DUPLICATE_KEY');
    await expectCode(() => dotenv('#\n'.repeat(textLimits.nodes + 1)), 'MAYFLY_SOPS_LIMIT');
  });
});

describe('INI', () => {
  it.each([
    ['a=1\n', '{DEFAULT={a=str 1}}'],
    ['[s]\na : 1\n', '{DEFAULT={},s={a=str 1}}'],
    ['\ufeff[s]\n  a = 1 2 \n', '{DEFAULT={},s={a=str 1 2}}'],
    ['[DEFAULT]\na=1\n', '{DEFAULT={a=str 1}}'],
    ["[s]\na='x'\nb=\"y\"\nc='x' 'y'\n", "{DEFAULT={},s={a=str x,b=str y,c=str 'x' 'y'}}"],
    ['[s]\na=x ; c\nb=y\n', '{DEFAULT={},s={a=str x,#c,b=str y}}'],
    [
      '; one\n; two\n[s] # three\n# four\na=1\n',
      '{DEFAULT={},s={#one\n; two\n# three,a=str 1,#four}}',
    ],
    ['[s]\na="""x\ny # z\n"""\nb=1', '{DEFAULT={},s={a=str x\ny # z\n,b=str 1}}'],
    ['[s]\na=`x;y`\nb="""q"""', '{DEFAULT={},s={a=str x;y,b=str q}}'],
    ['[s]\na=x\\\n  y\\\n\nb=1', '{DEFAULT={},s={a=str xy,b=str 1}}'],
    ['[s]\n`a=b`=1\n"c:d" = 2\n"""e"""=3', '{DEFAULT={},s={a=b=str 1,c:d=str 2,e=str 3}}'],
    ['[s]\na=\n', '{DEFAULT={},s={a=str }}'],
    ['[s]\na="""x\ny""" \\\nz""" ; c', '{DEFAULT={},s={a=str x\ny""" \\\nz,#c}}'],
  ])('is read as ini.v1 does: %j', (text, tree) => {
    expect(ini(text)).toBe(tree);
  });

  it.each(['[s\n', 'a\n', '=1\n', '"a=1\n', '"a"\n', 'a="""x\n'])(
    'is refused when it is not well-formed: %j',
    async (text) => {
      await expectCode(() => ini(text), 'MAYFLY_SOPS_SYNTAX');
    },
  );

  it.each(['[s]\n[s]\n', 'a=1\na=2\n', '[]\n', 'a=1\n[DEFAULT]\n'])(
    'is refused for a name twice: %j',
    async (text) => {
      await expectCode(() => ini(text), 'MAYFLY_SOPS_DUPLICATE_KEY');
    },
  );

  it('is refused with too many lines', async () => {
    await expectCode(() => ini('#\n'.repeat(textLimits.nodes + 1)), 'MAYFLY_SOPS_LIMIT');
  });

  it('finds signs in a line', () => {
    expect([indexOfAny('ab#;', '#;'), indexOfAny('ab', '#'), indexOfAny('', '#')]).toEqual([
      2, -1, -1,
    ]);
    expect([commentBehind('a ; b'), commentBehind('a')]).toEqual(['; b', '']);
  });
});

describe('a file of text', () => {
  it.each([
    ['json', '{"a":"x"}'],
    ['binary', '{"a":"x"}'],
    ['dotenv', 'a=x'],
  ] as const)('is read by its format: %s', (format, content) => {
    const file = { path: 'f', format, bytes: Buffer.from(content) };
    expect(short(parseTextFile(file))).toBe('{a=str x}');
  });

  it('may be INI', () => {
    const file = { path: 'f', format: 'ini', bytes: Buffer.from('a=x') } as const;
    expect(short(parseTextFile(file))).toBe('{DEFAULT={a=str x}}');
  });

  it.each(['json', 'dotenv', 'ini', 'binary'] as const)(
    'is refused without UTF-8: %s',
    async (format) => {
      const file = { path: 'f', format, bytes: Uint8Array.of(0xff) };
      await expectCode(() => parseTextFile(file), 'MAYFLY_SOPS_SYNTAX');
    },
  );
});

describe('the format of a file', () => {
  it.each([
    ['a/b.yaml', 'yaml'],
    ['b.yml', 'yaml'],
    ['x.enc.json', 'json'],
    ['.env', 'dotenv'],
    ['prod.env', 'dotenv'],
    ['c.ini', 'ini'],
    ['d.YAML', 'binary'],
    ['yaml', 'binary'],
  ])('is told by its name: %s', (path, format) => {
    expect(tellFormat(path)).toBe(format);
  });

  it('counts lines from one', () => {
    expect([lineOf('a\nb', 0), lineOf('a\nb', 2), lineOf('', 0)]).toEqual([1, 2, 1]);
  });
});
