import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createByteBuilder } from '#core/format/byte-builder.ts';
import { encodeBase64 } from '#core/format/encode-base64.ts';
import { isHtmlEscape, isLineSeparator, isYamlEscape, quoteText } from '#core/format/quote-text.ts';
import { refuseSize } from '#core/format/refuse.ts';
import {
  codePointsOf,
  encodeText,
  isUtf8,
  readCodePoint,
  sizeOfCodePoint,
} from '#core/format/utf8.ts';
import { isJsonNumber, writeJson } from '#core/format/write-json.ts';
import { writeYaml } from '#core/format/write-yaml.ts';
import { expectCode } from '#test/support/expect-code.ts';

function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

describe('UTF-8', () => {
  it('is told as the platform tells it', () => {
    const byte = fc.constantFrom(
      0,
      0x41,
      0x7f,
      0x80,
      0xbf,
      0xc0,
      0xc2,
      0xe0,
      0xa0,
      0xed,
      0xef,
      0xf0,
      0x90,
      0xf4,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 6 }), (items) => {
        const bytes = Uint8Array.from(items);
        expect(isUtf8(bytes)).toBe(isText(bytes));
        expect([...codePointsOf(bytes)].includes(-1)).toBe(!isText(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the code points of a text', () => {
    const text = 'a\u007f\u0080߿ࠀ\uffff😀';
    const points = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
    expect([...codePointsOf(encodeText(text))]).toEqual(points);
    expect(points.map(sizeOfCodePoint)).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(readCodePoint(new Uint8Array(0), 0)).toBe(-1);
  });
});

describe('base64', () => {
  it('is that of the platform in both alphabets', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const standard = Buffer.from(bytes).toString('base64');
        expect(new TextDecoder().decode(encodeBase64(bytes, 'standard'))).toBe(standard);
        const forUrls = standard.replaceAll('+', '-').replaceAll('/', '_');
        expect(new TextDecoder().decode(encodeBase64(bytes, 'url'))).toBe(forUrls);
      }),
    );
  });
});

describe('a byte builder', () => {
  it('hands everything over once and keeps nothing', () => {
    const out = createByteBuilder(10_000, refuseSize);
    const bytes = new Uint8Array(600).fill(7);
    out.addText('é');
    out.addBytes(bytes);
    expect(out.size).toBe(602);
    expect([...out.finish()]).toEqual([0xc3, 0xa9, ...bytes]);
    expect(out.size).toBe(0);
  });

  it('throws what it was told to when it is full', async () => {
    const out = createByteBuilder(3, refuseSize);
    out.addText('abc');
    await expectCode(() => out.addText('d'), 'MAYFLY_FORMAT_TOO_LARGE');
  });
});

describe('quoted texts', () => {
  it('are JSON whatever is escaped besides', () => {
    const escapes = fc.constantFrom(isHtmlEscape, isLineSeparator, isYamlEscape);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), escapes, (value, escape) => {
        const out = createByteBuilder(100_000, refuseSize);
        expect(quoteText(out, encodeText(value), escape)).toBe(true);
        expect(JSON.parse(new TextDecoder().decode(out.finish()))).toBe(value.toWellFormed());
      }),
    );
  });

  it('are none where the bytes are no text', () => {
    const out = createByteBuilder(100, refuseSize);
    expect(quoteText(out, Uint8Array.of(0xff), isHtmlEscape)).toBe(false);
    expect(isJsonNumber(encodeText('1e5'))).toBe(true);
    expect(isJsonNumber(encodeText('01'))).toBe(false);
  });
});

describe('documents', () => {
  const misfit = { kind: 'list', items: [{ kind: 'text', bytes: Uint8Array.of(0xff) }] } as const;
  const value = { kind: 'map', entries: new Map([['a', misfit]]) } as const;

  it('name the path of what they cannot hold', () => {
    const style = { escapes: isYamlEscape, isSorted: true, indent: '' };
    const [json, yaml] = [writeJson, writeYaml].map((write) =>
      write(createByteBuilder(1000, refuseSize), value, style),
    );
    expect([json?.path, yaml?.path]).toEqual([
      ['a', '0'],
      ['a', '0'],
    ]);
  });
});
