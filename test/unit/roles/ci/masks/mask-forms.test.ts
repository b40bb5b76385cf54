import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, property, string } from 'fast-check';
import { hasMaskForms, listMaskForms } from '#roles/ci/masks/mask-forms.ts';

function formsOf(value: string | Uint8Array): readonly string[] {
  return listMaskForms(Buffer.from(value)).map((form) => Buffer.from(form).toString('latin1'));
}

/** What is left of a line when every form is taken out. */
function strip(line: string, forms: readonly string[]): string {
  const longestFirst = forms.toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce((text, form) => text.replaceAll(form, '*'), line);
}

describe('the forms of a value that are masked', () => {
  it('are each line, and none for what is too short', () => {
    expect(formsOf('abc')).toEqual([]);
    expect(formsOf('')).toEqual([]);
    const forms = formsOf('{\n  "key": "value"\n}\n');
    expect(forms).toContain('  "key": "value"');
    expect(forms).not.toContain('{');
  });

  it('are told of without being made', () => {
    const bytes = array(constantFrom(...Buffer.from('a€\r\n\0')), { maxLength: 9 });
    assert(
      property(bytes, (value) => {
        expect(hasMaskForms(Uint8Array.from(value))).toBe(
          formsOf(Uint8Array.from(value)).length > 0,
        );
      }),
    );
  });

  it('are those of JSON, of URLs and of base64', () => {
    const value = 'p"a\\s s/w+ö';
    const latin = Buffer.from(value).toString('latin1');
    const base64 = Buffer.from(value).toString('base64');
    expect(formsOf(value)).toEqual(
      expect.arrayContaining([
        latin,
        Buffer.from(JSON.stringify(value).slice(1, -1)).toString('latin1'),
        encodeURIComponent(value),
        new URLSearchParams([['', value]]).toString().slice(1),
        base64,
        base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
      ]),
    );
  });

  it('are found in base64 wherever the value begins, and where it is wrapped', () => {
    const value = 'a value that is so long that base64 of it takes more lines than one';
    const forms = formsOf(value);
    for (const before of ['', 'u', 'us']) {
      const line = Buffer.from(`${before}${value}:more`).toString('base64');
      expect(strip(line, forms).length).toBeLessThan(14);
    }
    const wrapped = Buffer.from(value).toString('base64').replaceAll(/.{76}/gu, '$&\n').split('\n');
    expect(wrapped.map((line) => strip(line, forms))).toEqual(wrapped.map(() => '*'));
  });

  it('leave bytes that are no text to base64', () => {
    const forms = formsOf(Uint8Array.of(0xff, 0xfe, 0, 1, 2, 3, 4));
    expect(forms).toContain('//4AAQIDBA==');
    expect(forms.filter((form) => form.includes('%'))).toEqual([]);
  });

  it('hide any value in every form', () => {
    assert(
      property(string({ minLength: 4, maxLength: 40, unit: 'grapheme-ascii' }), (value) => {
        const forms = formsOf(value);
        for (const shown of [
          value,
          JSON.stringify(value),
          encodeURIComponent(value),
          Buffer.from(value).toString('base64'),
        ]) {
          expect(strip(shown, forms)).toMatch(/^"?\*"?$/u);
        }
      }),
      { numRuns: 50 },
    );
  });
});
