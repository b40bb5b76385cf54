import { describe, expect, it } from '@jest/globals';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { yamlLimits } from '#platform/yaml/limits.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';

function parse(text: string): unknown[] {
  return parsePlainYaml(new TextEncoder().encode(text), 'objects/a.yaml');
}

function faultOf(text: string | Uint8Array): string {
  try {
    parsePlainYaml(
      typeof text === 'string' ? new TextEncoder().encode(text) : text,
      'objects/a.yaml',
    );
    return 'accepted';
  } catch (error) {
    if (!isMayflyError(error)) throw error;
    expect(error.message).toContain('objects/a.yaml');
    return `${error.code} ${/line \d+/u.exec(error.message)?.[0] ?? ''}`;
  }
}

describe('plain YAML', () => {
  it('reads every document of a stream, empty ones as null', () => {
    expect(JSON.stringify(parse('a: 1\n---\n---\n- x\n- [y, {z: null}]\n'))).toBe(
      '[{"a":1},null,["x",["y",{"z":null}]]]',
    );
  });

  it('types scalars by the core schema and no other', () => {
    const [read] = parse(
      'a: yes\nb: true\nc: 0x10\nd: 2024-01-02\ne: 010\nf: "1"\ng: 1_000\nh: ~\n',
    );
    expect(JSON.stringify(read)).toBe(
      '{"a":"yes","b":true,"c":16,"d":"2024-01-02","e":10,"f":"1","g":"1_000","h":null}',
    );
  });

  it('makes objects without a prototype, whatever their keys are called', () => {
    const [read] = parse('__proto__: {polluted: true}\nconstructor: x\n');
    expect(Object.getPrototypeOf(read)).toBeNull();
    expect(Object.keys(read as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes the text of a scalar key as its name', () => {
    expect(Object.keys(parse('1: a\ntrue: b\n"c": d\n')[0] as object)).toEqual(['1', 'true', 'c']);
  });

  it('expands aliases and does not merge', () => {
    expect(JSON.stringify(parse('a: &x {k: 1}\nb: *x\n<<: *x\n'))).toBe(
      '[{"a":{"k":1},"b":{"k":1},"<<":{"k":1}}]',
    );
  });

  it.each([
    ['a: 1\nb: 2\na: 3\n', 'MAYFLY_YAML_DUPLICATE_KEY line 3'],
    ['a: {"b": 1, b: 2}\n', 'MAYFLY_YAML_DUPLICATE_KEY line 1'],
    ['a: [1\nb: 2\n', 'MAYFLY_YAML_SYNTAX line 2'],
    ['a: "x\n', 'MAYFLY_YAML_SYNTAX line 2'],
    ['a: b: c\n', 'MAYFLY_YAML_SYNTAX line 1'],
    ['a:\n\t- b\n', 'MAYFLY_YAML_SYNTAX line 2'],
    ['a: 1\nb: !js/function x\n', 'MAYFLY_YAML_UNSUPPORTED line 2'],
    ['a: 1\nb: *x\n', 'MAYFLY_YAML_UNSUPPORTED line 2'],
    ['a: &x [*x]\n', 'MAYFLY_YAML_UNSUPPORTED line 1'],
    ['a: 1\n? [b]\n: 2\n', 'MAYFLY_YAML_UNSUPPORTED line 2'],
    ['a: 1\n? \n: 2\n', 'MAYFLY_YAML_UNSUPPORTED line 2'],
  ])('refuses %j with the line', (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it('refuses control characters', () => {
    expect(faultOf('a: 1\nb: x\u0001y\n')).toBe('MAYFLY_YAML_SYNTAX line 2');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(faultOf(Uint8Array.of(0x61, 0xff))).toBe('MAYFLY_YAML_SYNTAX line 1');
  });

  it.each([
    ['levels of flow', '['.repeat(yamlLimits.depth + 1) + ']'.repeat(yamlLimits.depth + 1)],
    ['levels that do not fit the stack', '['.repeat(5_000_000)],
    ['levels of block', '- '.repeat(2_000_000)],
    ['documents', '---\n'.repeat(yamlLimits.documents + 2)],
    ['aliases', `a: &x 1\nb:\n${'- *x\n'.repeat(yamlLimits.aliases + 1)}`],
    ['nodes by aliases in aliases', laughs(8)],
    ['nodes', '- 1\n'.repeat(1_300_000)],
    ['bytes', '#'.repeat(yamlLimits.bytes + 1)],
  ])('refuses too many %s', (_, text) => {
    expect(faultOf(text)).toMatch(/^MAYFLY_YAML_LIMIT line \d+$/u);
  });

  it('finds a duplicate among 60,000 keys in linear time', () => {
    const keys = Array.from({ length: 60_000 }, (_, at) => `k${at}: 1\n`).join('');
    expect(faultOf(`${keys}k7: 1\n`)).toBe('MAYFLY_YAML_DUPLICATE_KEY line 60001');
  });
});

function laughs(depth: number): string {
  const lines = ['a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]'];
  for (let at = 1; at <= depth; at += 1) {
    const aliases = Array.from({ length: 9 }, () => `*a${at - 1}`).join(', ');
    lines.push(`a${at}: &a${at} [${aliases}]`);
  }
  return `${lines.join('\n')}\n`;
}
