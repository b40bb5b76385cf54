import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSecretJson } from '#core/secret/parse-secret-json.ts';
import { wipeTree, type SecretNode } from '#core/secret/secret-tree.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

function parse(text: string): SecretNode | null {
  return parseSecretJson(Buffer.from(text));
}

/** What a reader would take it for; a number as its text. */
function plain(node: SecretNode): unknown {
  if (node.kind === 'null') return null;
  if (node.kind === 'list') {
    return node.items.map((item) => (item.kind === 'comment' ? 'comment' : plain(item)));
  }
  if (node.kind === 'map') {
    return node.entries.map((entry) =>
      entry.kind === 'entry' ? [entry.key, plain(entry.value)] : 'comment',
    );
  }
  const text = Buffer.from(node.bytes.expose()).toString('utf8');
  return node.type === 'str' ? text : `${node.type} ${text}`;
}

function read(text: string): unknown {
  const node = parse(text);
  return node === null ? 'nothing' : plain(node);
}

describe('JSON with secrets', () => {
  it('keeps the order of keys and the text of numbers', () => {
    const text =
      '{"b":"x","10":1.50,"a":12345678901234567890,"n":null,"t":true,"f":false,"e":-1e-7}';
    expect(read(text)).toEqual([
      ['b', 'x'],
      ['10', 'float 1.50'],
      ['a', 'int 12345678901234567890'],
      ['n', null],
      ['t', 'bool true'],
      ['f', 'bool false'],
      ['e', 'float -1e-7'],
    ]);
  });

  it('takes __proto__ for a key like any other', () => {
    expect(read('{"__proto__":{"a":"b"}}')).toEqual([['__proto__', [['a', 'b']]]]);
  });

  it.each([
    ['"\\u0041\\n\\t\\"\\\\\\/\\b\\f\\r"', 'A\n\t"\\/\b\f\r'],
    ['"\\ud83e\\udd8b"', '🦋'],
    ['"\\u00e9\\u65e5"', 'é日'],
    ['"\\ud83e"', '\ufffd'],
    ['"\\ud83ex\\udd8b"', '\ufffdx\ufffd'],
    ['"\\ud83e\\u0041"', '\ufffdA'],
    ['"é日🦋"', 'é日🦋'],
    ['""', ''],
  ])('reads the text %s', (text, value) => {
    expect(read(`{"a":${text}}`)).toEqual([['a', value]]);
  });

  it.each([
    '',
    ' ',
    '[]',
    '"text"',
    'null',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":"b"',
    '{"a":"b",}',
    '{"a":"b"}x',
    '{"a":"b" "c":"d"}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":1.}',
    '{"a":NaN}',
    '{"a":tru}',
    '{"a":"\u0001"}',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":"\\u12"}',
    '{"a":"b\\"}',
    '{a:"b"}',
    '{"a":"b","a":"c"}',
  ])('takes %j for nothing', (text) => {
    expect(read(text)).toBe('nothing');
  });

  it.each([
    ['40 levels', '['.repeat(40) + ']'.repeat(40)],
    ['20,001 values', `[${'1,'.repeat(20_000)}1]`],
    ['a number of 500 digits', '1'.repeat(500)],
  ])('takes %s for nothing', (_, value) => {
    expect(parse(`{"a":${value}}`)).toBeNull();
  });

  it('leaves nothing behind of what it could not read to its end', () => {
    const countUnwiped = trackSecrets();
    expect(parse('{"a":"one","b":{"c":"two"},"d":')).toBeNull();
    expect(countUnwiped()).toBe(0);
  });

  it('shares no byte with what it was read from', () => {
    const source = Buffer.from('{"a":"one","b":17,"c":"x\\ny"}');
    const node = parseSecretJson(source);
    source.fill(0);
    expect(node === null ? null : plain(node)).toEqual([
      ['a', 'one'],
      ['b', 'int 17'],
      ['c', 'x\ny'],
    ]);
  });

  it('reads whatever JSON.stringify writes, as JSON.parse would', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        const node = parse(text);
        if (node === null) throw new Error('not read');
        expect(render(node)).toEqual(JSON.parse(text));
        wipeTree(node);
      }),
    );
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(() => parseSecretJson(bytes)).not.toThrow();
      }),
    );
  });
});

function render(node: SecretNode): unknown {
  if (node.kind === 'null') return null;
  if (node.kind === 'list') {
    return node.items.map((item) => (item.kind === 'comment' ? null : render(item)));
  }
  if (node.kind === 'map') {
    const entries = node.entries.flatMap((entry) =>
      entry.kind === 'entry' ? [[entry.key, render(entry.value)] as const] : [],
    );
    return Object.fromEntries(entries);
  }
  const text = Buffer.from(node.bytes.expose()).toString('utf8');
  return node.type === 'str' ? text : JSON.parse(text);
}
