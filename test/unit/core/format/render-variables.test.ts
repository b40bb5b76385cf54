import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import {
  renderKubeletEnv,
  renderShellEnv,
  type VariableValue,
} from '#core/format/render-variables.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readKubeletEnv } from '#test/support/template/read-kubelet-env.ts';
import { expectCode } from '#test/support/expect-code.ts';

function variable(
  value: string | Uint8Array | null,
  over: Partial<VariableValue> = {},
): VariableValue {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return {
    key: 'DB_PASSWORD',
    variable: 'PASSWORD',
    optional: false,
    value: bytes === null ? null : SecretBytes.take(bytes),
    ...over,
  };
}

function text(secret: SecretBytes): string {
  return new TextDecoder().decode(secret.expose());
}

describe('the environment file of the kubelet', () => {
  it('has a line of every variable in single quotes', () => {
    const file = renderKubeletEnv([variable('a "b" $c \\ #d\ne'), variable('2', { key: 'B' })]);
    expect(text(file)).toBe("DB_PASSWORD='a \"b\" $c \\ #d\ne'\nB='2'\n");
  });

  it('leaves out what is optional and empty or missing', () => {
    const optional = { optional: true };
    expect(text(renderKubeletEnv([variable('', optional), variable(null, optional)]))).toBe('');
  });

  it.each<readonly [string, string | Uint8Array, string]>([
    ['a single quote', "a'b", 'has a single quote, which the kubelet cannot read'],
    ['CRLF', 'a\r\nb', 'has CRLF line ends, which the kubelet would change'],
    [
      'a long line',
      'a'.repeat(65_535),
      'has a line over 65535 bytes, which the kubelet cannot read',
    ],
    [
      'a long last line',
      `a\n${'b'.repeat(65_536)}`,
      'has a line over 65535 bytes, which the kubelet cannot read',
    ],
    ['NUL', 'a\0', 'has a NUL, which no variable can hold'],
    ['what is no text', Uint8Array.of(0xff), 'is no UTF-8 text'],
    ['too much', 'line\n'.repeat(30_000), 'is over 131072 bytes, which Linux cannot pass on'],
  ])('refuses %s by the name of the variable', async (_, value, problem) => {
    const error = await expectCode(
      () => renderKubeletEnv([variable(value)]),
      'MAYFLY_FORMAT_VARIABLE',
    );
    expect(error.message).toBe(`the variable PASSWORD cannot be set: its value ${problem}`);
    expect(error.hint).toContain('mayfly.dev/secret.NAME');
  });

  it.each(['', null])('refuses nothing at all: %p', async (value) => {
    const error = await expectCode(
      () => renderKubeletEnv([variable(value)]),
      'MAYFLY_FORMAT_VARIABLE_EMPTY',
    );
    expect(error.message).toContain('PASSWORD');
  });

  it('takes lines up to the limit and a lone carriage return', () => {
    expect(renderKubeletEnv([variable('a'.repeat(65_500))]).size).toBe(65_500 + 15);
    expect(renderKubeletEnv([variable('a\rb')]).size).toBe(3 + 15);
  });

  it('refuses a key that is no name, and more than a file may hold', async () => {
    await expectCode(() => renderKubeletEnv([variable('x', { key: 'a-b' })]), 'MAYFLY_FORMAT_KEY');
    const many = Array.from({ length: 20 }, () => variable('a'.repeat(60_000)));
    await expectCode(() => renderKubeletEnv(many), 'MAYFLY_FORMAT_TOO_LARGE');
  });

  it('is read by the kubelet as it was meant, or refused', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', ' ', "'", '"', '\\', '#', '=', '\n', '\r', '\t', '$', 'é', '\0'),
      minLength: 1,
    });
    fc.assert(
      fc.property(value, value, (first, second) => {
        const written = tryRender(() =>
          renderKubeletEnv([variable(first, { key: 'A' }), variable(second, { key: 'B' })]),
        );
        if (written === null) expect(first + second).toMatch(/['\0]|\r\n/u);
        else expect(['A', 'B'].map((key) => readKubeletEnv(written, key))).toEqual([first, second]);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no line that is too long for the kubelet', () => {
    const longest = 'a'.repeat(65_535 - "DB_PASSWORD=''".length);
    const written = text(renderKubeletEnv([variable(longest)]));
    expect(readKubeletEnv(written, 'DB_PASSWORD')).toBe(longest);
    expect(() => renderKubeletEnv([variable(`${longest}a`)])).toThrow('over 65535 bytes');
  });
});

describe('the environment file of a shell', () => {
  it('gives a real shell every text as it is', () => {
    const value = 'it\'s "a" $HOME `x` \\ !\r\n#end\n€';
    const script = `${text(renderShellEnv([variable(value)]))}printf %s "$DB_PASSWORD"`;
    expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
  });

  it('refuses what no variable can hold', async () => {
    await expectCode(() => renderShellEnv([variable('a\0')]), 'MAYFLY_FORMAT_VARIABLE');
    await expectCode(() => renderShellEnv([variable('')]), 'MAYFLY_FORMAT_VARIABLE_EMPTY');
  });
});

function tryRender(make: () => SecretBytes): string | null {
  try {
    return text(make());
  } catch {
    return null;
  }
}
