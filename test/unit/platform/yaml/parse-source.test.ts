import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SourceMap, SourceNode } from '#core/secret/source-tree.ts';
import { resolveYamlScalar } from '#core/sops/scalar/yaml-scalar.ts';
import { yamlLimits } from '#platform/yaml/limits.ts';
import { parseDocuments } from '#platform/yaml/parse-documents.ts';
import { parseSourceYaml } from '#platform/yaml/parse-source.ts';
import { readBlockYaml } from '#platform/yaml/read-block.ts';
import { readSourceDocuments } from '#platform/yaml/read-source.ts';
import { expectCode } from '#test/support/expect-code.ts';

function parse(text: string): SourceMap[] {
  return parseSourceYaml(new TextEncoder().encode(text), 'f.yaml', resolveYamlScalar);
}

function parseFully(text: string): SourceMap[] {
  return readSourceDocuments(parseDocuments(text, 'f.yaml'), resolveYamlScalar);
}

function parseBlock(text: string): SourceMap[] | null {
  return readBlockYaml(text, resolveYamlScalar);
}

function short(node: SourceNode): string {
  switch (node.kind) {
    case 'map':
      return `{${node.entries
        .map((entry) =>
          entry.kind === 'comment'
            ? `${entry.inline ? '~' : '#'}${entry.text}`
            : `${entry.key}=${short(entry.value)}`,
        )
        .join(',')}}`;
    case 'list':
      return `[${node.items
        .map((item) =>
          item.kind === 'comment' ? `${item.inline ? '~' : '#'}${item.text}` : short(item),
        )
        .join(',')}]`;
    case 'null':
      return 'null';
    case 'value':
      return `${node.type}(${node.text})`;
  }
}

const shortAll = (documents: readonly SourceMap[]): string => documents.map(short).join('|');

const scalars =
  "abc|1|\"q\\n\\u00e9\"|'it''s'|null||true|a b|2024-01-02|[]|{}|x#y|a:b|ENC[AES256_GCM,data:a=,iv:b]|-1|- 1|\"open|&a x|!!str 1|>";
const scalar = fc.constantFrom(...scalars.split('|'));
const remark = fc.constantFrom('', '', '', '', ' # c', ' #', '#c');
const gap = fc.constantFrom('', '', '', '', '\n', '%# own\n', '%#own\n%# two\n', '%\n', '# left\n');

/** Pieces of documents in block style; `%` stands for the margin. */
const { block } = fc.letrec<{ block: string }>((tie) => {
  const nested = tie('block').map((inner) => inner.replaceAll('%', '%    '));
  const list = tie('block').map(
    (inner) => `%    - ${inner.replaceAll('%', '%      ').trimStart()}`,
  );
  const literal = fc.constantFrom('%    one\n', '%    one\n\n%      # two\n', '%  one\n%three\n');
  const below = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(scalar, remark).map(([value, tail]) => ` ${value}${tail}\n`) },
    { weight: 2, arbitrary: fc.tuple(remark, nested).map(([tail, inner]) => `${tail}\n${inner}`) },
    { weight: 1, arbitrary: list.map((inner) => `\n${inner.replaceAll('%    %', '%    ')}`) },
    { weight: 1, arbitrary: literal.map((inner) => ` |\n${inner}`) },
  );
  const entry = fc.tuple(gap, below).map(([above, value]) => `${above}%KEY:${value}`);
  const items = fc
    .array(fc.tuple(gap, scalar, remark), { minLength: 1, maxLength: 3 })
    .map(
      (all) => `%LIST:\n${all.map((parts) => `${parts[0]}%- ${parts[1]}${parts[2]}\n`).join('')}`,
    );
  return {
    block: fc
      .array(
        fc.oneof(
          { depthSize: 'small' },
          fc.oneof(
            scalar.map((value) => `%KEY: ${value}\n`),
            items,
          ),
          entry,
        ),
        {
          minLength: 1,
          maxLength: 3,
        },
      )
      .map((entries) =>
        entries.map((each, at) => each.replace(/KEY|LIST/u, (name) => `${name}${at}`)).join(''),
      ),
  };
});
const text = fc.tuple(block, gap).map(([inner, tail]) => (inner + tail).replaceAll('%', ''));

describe('the two readers of YAML', () => {
  it('agree on everything that the fast one reads', () => {
    let read = 0;
    fc.assert(
      fc.property(text, (source) => {
        const block = parseBlock(source);
        if (block === null) return;
        read += 1;
        expect(shortAll(block)).toBe(shortAll(parseFully(source)));
      }),
      { numRuns: 1_000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it.each([
    [
      '# h\na: 1 # i\n# n\nb:\n    # in\n    c: x\n    # out\n# z\n',
      '{# h,~ i,a=int(1),# n,b={# in,c=str(x),# out},# z}',
    ],
    [
      'a:\n    - x # i\n    # n\n    - k: v\n      l: w\n    - - 1\n',
      '{a=[~ i,str(x),# n,{k=str(v),l=str(w)},[int(1)]]}',
    ],
    ['a: # behind\n    b: 1\n', '{# behind,a={b=int(1)}}'],
    ['a: [] # in\n', '{a=[# in]}'],
    ['a:\n- 1\n# of b\nb: 2\n', '{a=[int(1)],# of b,b=int(2)}'],
    ['a: |\n    x\n\n    y\nb: |-\n    z\n', '{a=str(x\n\ny\n),b=str(z)}'],
    ['a: 1\n---\nb: 2\n---\n# end\nc: 3\n', '{a=int(1)}|{b=int(2)}|{# end,c=int(3)}'],
  ])('read what sops writes, comments in their places: %j', (source, tree) => {
    expect(shortAll(parseBlock(source) ?? [])).toBe(tree);
    expect(shortAll(parseFully(source))).toBe(tree);
  });

  it.each([
    ['a: {b: [1, "x"], c: }\n', '{a={b=[int(1),str(x)],c=null}}'],
    ['a: &x {k: 1}\nb: *x\nc: [*x]\n', '{a={k=int(1)},b={k=int(1)},c=[{k=int(1)}]}'],
    ['<<: x\n', '{<<=str(x)}'],
    ['a: >-\n  folded\n  text\n', '{a=str(folded text)}'],
    ['a: !!str 1\n', '{a=str(1)}'],
    ['a: # none\nb: "\\x41"\n', '{# none,a=null,b=str(A)}'],
    ['? long\n: 1\n', '{long=int(1)}'],
    ['---\n', '{}'],
    ['a: 1\n---\n', '{a=int(1)}|{}'],
    ['a: 1\n---\n---\nb: 2\n', '{a=int(1)}|{}|{b=int(2)}'],
    ['a: [b: 1, c]\n', '{a=[{b=int(1)},str(c)]}'],
    ['', ''],
    ['# only\n', ''],
    ['a: "\\U0001F600\\N\\_\\e"\n', '{a=str(😀\u0085\u00a0\u001b)}'],
    ['a: "\\uD83D\\uDE00"\n', '{a=str(😀)}'],
    ['a: |+\n  x\n\nb: 1\n', '{a=str(x\n\n),b=int(1)}'],
    ['a: | # why\n  x\n', '{~ why,a=str(x\n)}'],
    ['a: [1, # one\n  2]\n', '{a=[~ one,int(1),int(2)]}'],
    ['a:\r\n  b: 1\r\n  # c\r\n', '{a={b=int(1),# c}}'],
  ])('read the rest of YAML: %j', (source, tree) => {
    expect(shortAll(parse(source))).toBe(tree);
  });
});

describe('a YAML file to decrypt', () => {
  it.each([
    ['- 1\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['text\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['1: x\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['true: x\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['? [a]\n: x\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['a: !!int 1\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['a: !custom x\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['a: 12345678901234567890\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['a: *x\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['a: &x [*x]\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['a: "x\u2028y"\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['a: x\rb: y\n', 'MAYFLY_YAML_UNSUPPORTED'],
    ['a: 1\nb: 2\na: 3\n', 'MAYFLY_YAML_DUPLICATE_KEY'],
    ['a: 1\n"a": 3\n', 'MAYFLY_YAML_DUPLICATE_KEY'],
    ['a: {b: 1, b: 2}\n', 'MAYFLY_YAML_DUPLICATE_KEY'],
    ['a: \u0001\n', 'MAYFLY_YAML_SYNTAX'],
    ['a: [\n', 'MAYFLY_YAML_SYNTAX'],
    [`a: &x 1\nb: [${'*x,'.repeat(yamlLimits.aliases + 1)}]\n`, 'MAYFLY_YAML_LIMIT'],
    [`a: ${'['.repeat(yamlLimits.depth)}${']'.repeat(yamlLimits.depth)}\n`, 'MAYFLY_YAML_LIMIT'],
    ['a: 1\n---\n'.repeat(yamlLimits.documents + 1), 'MAYFLY_YAML_LIMIT'],
    [deepMap(yamlLimits.depth + 1), 'MAYFLY_YAML_LIMIT'],
    [laughs(9), 'MAYFLY_YAML_LIMIT'],
  ] as const)('is refused: %#', async (source, code) => {
    const error = await expectCode(() => parse(source), code);
    expect(error.message).toMatch(/f\.yaml, line \d+$/u);
  });

  it('is refused for its size', async () => {
    await expectCode(() => parse('#'.repeat(yamlLimits.bytes + 1)), 'MAYFLY_YAML_LIMIT');
  });
});

function deepMap(depth: number): string {
  return `${Array.from({ length: depth }, (_, at) => `${' '.repeat(at)}a:`).join('\n')} 1\n`;
}

function laughs(depth: number): string {
  const lines = ['a0: &a0 {k: [1, 1, 1, 1, 1, 1, 1, 1, 1]}'];
  for (let at = 1; at <= depth; at += 1) {
    lines.push(`a${at}: &a${at} [${Array.from({ length: 9 }, () => `*a${at - 1}`).join(', ')}]`);
  }
  return `${lines.join('\n')}\n`;
}
