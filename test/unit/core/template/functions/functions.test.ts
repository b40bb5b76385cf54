import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTextual, plainBool, wholeArg, type Call } from '#core/template/functions/call.ts';
import { codeFunctions } from '#core/template/functions/code-functions.ts';
import { isEqual, isTrue } from '#core/template/functions/compare.ts';
import { findAllBytes } from '#core/template/functions/find-bytes.ts';
import {
  checkCall,
  functionNames,
  templateFunctions,
} from '#core/template/functions/function-list.ts';
import { printFunctions } from '#core/template/functions/print-functions.ts';
import { readJson } from '#core/template/functions/read-json.ts';
import { textFunctions } from '#core/template/functions/text-functions.ts';
import { valueFunctions } from '#core/template/functions/value-functions.ts';
import { createWork } from '#core/template/work.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { secretMapOfBytes } from '#test/support/template/secret-map.ts';
import { parseTemplate } from '#core/template/parse-template.ts';
import { renderTemplate } from '#core/template/render-template.ts';
import { render } from '#test/support/template/render.ts';

const root =
  '{"text":"hunter2","map":{"b":"2","a":"1"},"list":["x","y"],"n":42,"f":1.5,"big":12345678901234567890,"none":null,' +
  '"yes":true,"json":"{\\"n\\":1000000,\\"z\\":null,\\"a\\":[true]}"}';

it('a text and a number out of a document are textual, and nothing else', () => {
  const bytes = new Uint8Array([0x31]);
  const values = [
    { kind: 'text', bytes },
    { kind: 'number', bytes, isStored: true },
    { kind: 'number', bytes, isStored: false },
    plainBool(true),
    { kind: 'nil', name: 'x' },
  ] as const;
  expect(values.map(isTextual)).toEqual([true, true, false, false, false]);
});

describe('functions', () => {
  it.each([
    ['{{ .map | toYAML }}', 'a: "1"\nb: "2"'],
    [
      '{{ .text | toYAML }} {{ .none | toYAML }} {{ .list | toYAML }}',
      '"hunter2" null - "x"\n- "y"',
    ],
    [
      '{{ with .json | parseJSON }}{{ .n }}{{ with .z }}a{{ else }}b{{ end }}{{ .a | toJSON }}{{ end }}',
      '1000000b[true]',
    ],
    ['{{ len (parseJSON "") }}', '0'],
    ['{{ eq .big 12345678901234567891 }}', 'false'],
    [
      '{{ eq .n 42 }} {{ eq .f 1.5 }} {{ lt .n 43 }} {{ gt .big 1 }} {{ eq .text nil }} {{ eq .yes true }}',
      'true true true true false true',
    ],
    [
      '{{ in .list "y" }} {{ contains 42 .list }} {{ in .text "" }} {{ in .list .map }}',
      'true false true false',
    ],
    ['{{ printf "%v %q %6s|%-6s|" .n "é\\n" "é" "é" }}', '42 "é\\n"      é|é     |'],
    ['{{ "x" | sprig_default "d" }} {{ sprig_coalesce .none "" "y" }}', 'x y'],
    ['{{ .yes | toUpper }} {{ "ß" | toUpper }}', 'TRUE ß'],
    ['{{ parseInt "" }} {{ parseInt "-0" }} {{ parseBool "" }}', '0 0 false'],
    ['{{ print .n .yes }} {{ .text | sprig_quote }}', '42true "hunter2"'],
    ['{{ index .list 0 }}{{ len .text }}{{ len .list }}', 'x72'],
  ])('%s', (text, expected) => {
    expect(render(text, { root })).toBe(expected);
  });

  it.each([
    ['{{ toUpper .map }}', 'toUpper takes a text as argument 1, not a map'],
    ['{{ indent "a" "b" }}', 'indent takes a whole number as argument 1'],
    ['{{ indent -1 "b" }}', 'indent takes 0 to 1000 spaces'],
    ['{{ indent 1.5 "b" }}', 'indent takes a whole number'],
    ['{{ join "," "a" }}', 'join takes a list as argument 2'],
    ['{{ split "" "a" }}', 'split takes an argument 1 that is not empty'],
    ['{{ trim "é" "a" }}', 'trim takes ASCII characters to cut off'],
    ['{{ base64Decode .text }}', 'base64Decode takes base64 with its padding'],
    ['{{ base64URLDecode "+/==" }}', 'base64URLDecode takes base64 for URLs'],
    ['{{ parseJSON .text }}', 'parseJSON takes JSON'],
    ['{{ parseBool .text }}', 'parseBool takes the text of a truth value'],
    ['{{ parseInt .text }}', 'parseInt takes the text of a whole number of at most 15 digits'],
    ['{{ parseInt "123456789012345678901234" }}', 'parseInt takes the text'],
    ['{{ index .list 7 }}', 'index names a place that its list does not have'],
    ['{{ index .list "a" }}', 'index takes a whole number as argument 2'],
    ['{{ index .map 1 }}', 'index takes a text as key of a map'],
    ['{{ index .text 1 }}', 'index takes a map or a list, not a text'],
    ['{{ contains "" .yes }}', 'contains takes a text or a list to look into'],
    ['{{ len .n }}', 'len takes a text, a list or a map, not a number'],
    ['{{ eq .map .map }}', 'eq cannot compare a map with a map'],
    ['{{ eq .text 1 }}', 'eq cannot compare a text with a number'],
    ['{{ lt true false }}', 'lt cannot compare a bool with a bool'],
    ['{{ sprig_hasKey .list "a" }}', 'sprig_hasKey takes a map as argument 1'],
    ['{{ printf "%x" .text }}', 'printf offers %s %v %q %d %t %% with a width, and no other'],
    ['{{ printf "%s" }}', 'printf has not as many values as its format names'],
    ['{{ printf "a" .text }}', 'printf has not as many values'],
    ['{{ printf "%d" .text }}', 'printf takes a whole number for %d'],
    ['{{ printf "%t" .text }}', 'printf takes a truth value for %t'],
  ])('%s is refused', async (text, message) => {
    const error = await expectCode(() => render(text, { root }), 'MAYFLY_TEMPLATE_VALUE');
    expect(error.message).toContain(`1:4: ${message}`);
    expect(error.message).not.toContain('hunter2');
  });

  it.each(['toJSON', 'toYAML', 'sprig_quote', 'parseJSON', 'printf "%q"'])(
    '%s takes no bytes that are no text',
    async (call) => {
      const template = parseTemplate({ name: 'a', text: `{{ ${call} .k }}` });
      const fields = secretMapOfBytes('k', Uint8Array.of(0xff));
      await expectCode(
        () => renderTemplate(template, { root: fields, secrets: new Map() }),
        'MAYFLY_TEMPLATE_VALUE',
      );
    },
  );

  it('name where a document holds what it cannot', async () => {
    const template = parseTemplate({ name: 'a', text: '{{ toJSON . }}' });
    const fields = secretMapOfBytes('key', Uint8Array.of(0xff));
    const error = await expectCode(
      () => renderTemplate(template, { root: fields, secrets: new Map() }),
      'MAYFLY_TEMPLATE_VALUE',
    );
    expect(error.message).toContain('cannot write its value at key, which is no UTF-8 text');
  });

  it('name no key out of a value, whose number nothing could write again', async () => {
    const fields = JSON.stringify({ j: `{"key-7f3a":${'9'.repeat(401)}}` });
    for (const text of ['{{ .j | parseJSON | toJSON }}', '{{ .j | parseJSON | toYAML }}']) {
      const error = await expectCode(() => render(text, { root: fields }), 'MAYFLY_TEMPLATE_VALUE');
      expect(error.message).toContain('parseJSON takes numbers of at most 400 characters');
      expect(error.message).not.toContain('7f3a');
    }
  });

  it('read JSON that is deep by an error', async () => {
    for (const levels of [101, 100_000]) {
      const fields = JSON.stringify({ j: '['.repeat(levels) + ']'.repeat(levels) });
      await expectCode(
        () => render('{{ parseJSON .j }}', { root: fields }),
        'MAYFLY_TEMPLATE_VALUE',
      );
    }
  });
});

describe('a function that templates do not have', () => {
  it.each([
    ['{{ toJson . }}', 'the function toJson is not known; did you mean toJSON?'],
    ['{{ default 1 . }}', 'default is not known; did you mean sprig_default?'],
    ['{{ nosuchthing . }}', 'the function nosuchthing is not known'],
    ['{{ secrets "a" }}', 'secrets is not offered: stores are asked for paths'],
    ['{{ pkiCert "a" }}', 'pkiCert is not offered: templates read secrets and do nothing else'],
    ['{{ env "A" }}', 'env is not offered: templates see nothing of the machine'],
    ['{{ key "A" }}', 'key is not offered: there is no Consul'],
    ['{{ define "x" }}{{ end }}', 'define is not offered: write the text where it is needed'],
    ['{{ template "x" }}', 'template is not offered'],
    ['{{ eq 1 }}', 'eq takes at least 2 values'],
    ['{{ len }}', 'len takes 1 value'],
    ['{{ 1 | len 2 }}', 'len takes 1 value'],
    ['{{ ne 1 2 3 }}', 'ne takes 2 values'],
    ['{{ print (constructor) }}', 'constructor is not known'],
    ['{{ __proto__ 1 }}', '__proto__ is not known'],
    ['{{ eq nosuchthing 1 }}', 'nosuchthing is not known'],
  ])('%s is refused by name', async (text, message) => {
    const error = await expectCode(() => render(text, { root }), 'MAYFLY_TEMPLATE_FUNCTION');
    expect(error.message).toContain(message);
  });

  it('is none of those that are listed', () => {
    const tables = [codeFunctions, printFunctions, textFunctions, valueFunctions];
    for (const name of tables.flatMap((table) => Object.keys(table))) {
      expect(templateFunctions.has(name)).toBe(true);
      checkCall({ name: 'a', text: '' }, { at: 0, name, count: null });
    }
    const page = readFileSync(
      join(import.meta.dirname, '../../../../../docs/templates.md'),
      'utf8',
    );
    expect(functionNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the parts of functions', () => {
  it('find bytes as a text search does', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 20 });
    fc.assert(
      fc.property(letters, letters, (text, part) => {
        fc.pre(part !== '');
        const found = findAllBytes(new TextEncoder().encode(text), new TextEncoder().encode(part));
        expect(found.length).toBe(text.split(part).length - 1);
        expect(found[0] ?? -1).toBe(text.indexOf(part));
      }),
    );
  });

  it('tell truth and equality of every kind', () => {
    const nothing = { kind: 'nil', name: 'a' } as const;
    const map = { kind: 'map', entries: new Map() } as const;
    const list = { kind: 'list', items: [nothing] } as const;
    expect([nothing, map, list, plainBool(true)].map(isTrue)).toEqual([false, false, true, true]);
    expect([isEqual(nothing, map), isEqual(map, list), isEqual(nothing, nothing)]).toEqual([
      false,
      null,
      true,
    ]);
  });

  it('ask for arguments that nobody gave', () => {
    const fault = (problem: string): Error => new Error(problem);
    const call: Call = {
      args: [],
      work: createWork({ name: 'a', text: '' }),
      fault,
      missing: fault,
    };
    expect(() => wholeArg(call, 0)).toThrow('takes a whole number as argument 1');
    expect(readJson(call, new Uint8Array(0))).toEqual({ kind: 'map', entries: new Map() });
  });
});
