import { describe, expect, it } from '@jest/globals';
import { parseTemplate } from '#core/template/parse-template.ts';
import { parsePipeline } from '#core/template/parse-pipeline.ts';
import { parseRead } from '#core/template/parse-read.ts';
import { createParseState } from '#core/template/parse-state.ts';
import { readNumber, readString } from '#core/template/read-literal.ts';
import { readTokens } from '#core/template/read-tokens.ts';
import { expectCode } from '#test/support/expect-code.ts';

function parse(text: string): ReturnType<typeof parseTemplate> {
  return parseTemplate({ name: 'app.conf', text });
}

describe('what a template reads', () => {
  it('is known before it is rendered, each path once', () => {
    const template = parse(
      '{{ with secret "secret/data/a" }}{{ if secret "/b?version=3" }}{{ (secret "cluster/main:kv/c@2").Data }}' +
        '{{ end }}{{ else }}{{ $x := secret "secret/data/a" }}{{ len (secret "v:d%3Ae").Data }}{{ end }}',
    );
    expect(template.reads).toEqual([
      { text: 'secret/data/a', store: null, path: 'secret/data/a', version: null },
      { text: '/b?version=3', store: null, path: 'b', version: '3' },
      { text: 'cluster/main:kv/c@2', store: 'cluster/main', path: 'kv/c', version: '2' },
      { text: 'v:d%3Ae', store: 'v', path: 'd:e', version: null },
    ]);
  });

  it.each([
    ['{{ secret }}', 'needs its path as a text in quotes'],
    ['{{ secret .path }}', 'needs its path as a text in quotes'],
    ['{{ secret 5 }}', 'needs its path as a text in quotes'],
    ['{{ "a/b" | secret }}', 'needs its path as a text in quotes'],
    ['{{ secret (printf "a/%s" "b") }}', 'needs its path as a text in quotes'],
    ['{{ secret "pki/issue/a" "common_name=b" }}', 'would write to the store'],
    ['{{ secret "a/../b" }}', 'has a path'],
    ['{{ secret "" }}', 'has a path that must be'],
    ['{{ secret "a?list=true" }}', 'has something else behind its ? than version=NUMBER'],
    ['{{ secret "a?version=1?version=2" }}', 'has something else behind its ? than version=NUMBER'],
    ['{{ secret "a@1?version=2" }}', 'names two versions'],
    ['{{ secret "v:a#key" }}', 'names a key: write .Data.KEY behind it'],
  ])('is refused as %s', async (text, problem) => {
    const error = await expectCode(() => parse(text), 'MAYFLY_TEMPLATE_PATH');
    expect(error.message).toContain(problem);
  });
});

describe('a template with a fault', () => {
  it.each([
    ['a {{ "b" ', 'app.conf at 1:3: the action is not closed'],
    ['a\nb {{ .a-b }}', 'app.conf at 2:6: a name has letters, digits and underscores only'],
    ['{{ "a', '1:4: the text is not closed, or has an escape that there is not'],
    [String.raw`{{ "\ud800" }}`, '1:4: the text is not closed, or has an escape'],
    ['{{ `a }}', '1:4: the text is not closed'],
    ['{{ 1x }}', '1:4: the number is malformed'],
    ['{{ 99999999999999999999x }}', '1:4: the number is malformed'],
    ["{{ 'a' }}", '1:4: there is a character that no action may have'],
    ['{{ /* a */ }}', '1:4: a comment must follow the delimiter at once'],
    ['{{/* a }}', '1:1: the comment is not closed'],
    ['{{/* a */ "b" }}', 'a comment must be closed before the delimiter'],
    ['{{ }}', '1:1: the action is empty'],
    ['{{ range }}', '1:1: range has no value'],
    ['{{ with 1 }}a', '1:1: with is not closed with end'],
    ['{{ if 1 }}a{{ else }}b', '1:1: if is not closed with end'],
    ['{{ if 1 }}a{{ else }}b{{ else }}c{{ end }}', '1:1: if has a second else'],
    ['a{{ end }}', '1:2: there is no block to end here'],
    ['a{{ else }}', '1:2: there is no block to end here'],
    ['{{ if 1 }}{{ else with 2 }}{{ end }}{{ end }}', 'else is followed by something'],
    ['{{ if 1 }}{{ end 5 }}', 'end is followed by something'],
    ['{{ continue }}', '1:1: continue stands outside of range'],
    ['{{ range . }}{{ else }}{{ break }}{{ end }}', 'break stands outside of range'],
    ['{{ $x }}', '1:4: there is no variable $x here'],
    ['{{ $x = 1 }}', 'there is no variable $x here'],
    ['{{ $x, $y := . }}', 'there is no variable $x here'],
    ['{{ "a" "b" }}', '1:8: only a function takes values behind it'],
    ['{{ "a" | "b" }}', '1:10: only a function may follow |'],
    ['{{ len "a" | }}', 'a value is missing'],
    ['{{ | len }}', 'a value is missing'],
    ['{{ , }}', 'a value is missing'],
    ['{{ (len "a" }}', '1:4: the parenthesis is not closed'],
    ['{{ "a".b }}', '1:7: a literal has no fields'],
    ['{{ eq "a""b" }}', 'white space is missing before a value'],
    ['{{ eq len "b" }}', 'len needs parentheses around it and its values'],
  ])('%s is told by line and column', async (text, message) => {
    const error = await expectCode(() => parse(text), 'MAYFLY_TEMPLATE_SYNTAX');
    expect(error.message).toContain(message);
  });

  it('has delimiters that cannot be', async () => {
    for (const [left, right] of [
      ['{{', '{{'],
      ['', ']]'],
      ['a', ']]'],
      ['[ [', ']]'],
    ] as const) {
      const source = { name: 'a', text: 'x', delimiters: { left, right } };
      await expectCode(() => parseTemplate(source), 'MAYFLY_TEMPLATE_SYNTAX');
    }
  });

  it('is too long or too deep', async () => {
    await expectCode(() => parse('x'.repeat(65_537)), 'MAYFLY_TEMPLATE_LIMIT');
    await expectCode(() => parse('{{ if 1 }}'.repeat(101)), 'MAYFLY_TEMPLATE_LIMIT');
    const error = await expectCode(
      () => parse(`{{ ${'('.repeat(9000)} }}`),
      'MAYFLY_TEMPLATE_LIMIT',
    );
    expect(error.message).toContain('100 levels of blocks');
  });

  it('is told in time that grows with its length alone', () => {
    const started = performance.now();
    for (const piece of ['{{', '{{-', '(', '"', '{{ $a', '.a', '{{/*', '-}}', '{{"']) {
      try {
        parse(piece.repeat(Math.floor(65_000 / piece.length)));
      } catch {
        // What is wrong with it is said elsewhere.
      }
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('the parts of the parser', () => {
  it('read literals from a place on', () => {
    const source = { name: 'a', text: '"x" 5' };
    expect([readString(source, 0)?.end, readString(source, 1), readNumber(source, 0)]).toEqual([
      3,
      null,
      null,
    ]);
    expect(readNumber(source, 4)?.end).toBe(5);
  });

  it('cut actions into tokens', () => {
    const source = { name: 'a', text: 'x{{ .a.b | len }}' };
    const tokens = readTokens(source);
    expect(tokens.map(({ kind }) => kind)).toEqual([
      'text',
      'open',
      'field',
      'field',
      'mark',
      'word',
      'close',
    ]);
    const state = { ...createParseState(source, tokens), next: 2 };
    expect(parsePipeline(state, 1).commands).toHaveLength(2);
    expect(() => parseRead(state, { at: 0, operands: [], isPiped: false })).toThrow(
      'needs its path',
    );
  });
});
