import { describe, expect, it } from '@jest/globals';
import { array, assert, asyncProperty, constantFrom, string } from 'fast-check';
import { text } from 'node:stream/consumers';
import { createMaskedForms, createMaskStream } from '#roles/ci/masks/mask-stream.ts';

function formsOf(...values: readonly string[]) {
  const masked = createMaskedForms();
  masked.add(values.map((value) => Buffer.from(value)));
  return masked;
}

async function show(chunks: readonly string[], masked: ReturnType<typeof createMaskedForms>) {
  const stream = createMaskStream(masked);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return await text(stream);
}

describe('the filter over what a program prints', () => {
  it('masks a value that comes in pieces', async () => {
    expect(await show(['one sec', 're', 't two'], formsOf('secret'))).toBe('one [MASKED] two');
  });

  it('passes on what only begins like a value', async () => {
    expect(await show(['sec', 'ond sec'], formsOf('secret'))).toBe('second sec');
  });

  it('masks the whole where one value is a part of another', async () => {
    const masked = formsOf('secret', 'my secret value');
    expect(await show(['my secret val', 'ue!'], masked)).toBe('[MASKED]!');
  });

  it('masks values that lie over each other with one mark', async () => {
    expect(await show(['xabcdefx'], formsOf('abcd', 'cdef'))).toBe('x[MASKED]x');
  });

  it('shows at once what cannot be the beginning of a value', () => {
    const stream = createMaskStream(formsOf('secret'));
    stream.write('prompt> ');
    expect(String(stream.read())).toBe('prompt> ');
  });

  it('passes everything on when there is nothing to mask any more', async () => {
    const masked = formsOf('secret');
    masked.wipe();
    expect(await show(['secret'], masked)).toBe('secret');
  });

  it('shows no value however its bytes are cut', async () => {
    const pieces = array(constantFrom('secret', 's', 'e', 'cr', 'ecret', 'x', '\n', 'sec'), {
      maxLength: 30,
    });
    await assert(
      asyncProperty(pieces, string({ maxLength: 5 }), async (chunks, end) => {
        const shown = await show([...chunks, end], formsOf('secret'));
        expect(shown).toBe([...chunks, end].join('').replaceAll('secret', '[MASKED]'));
      }),
      { numRuns: 100 },
    );
  });

  it('tells values apart that begin alike, however their bytes are cut', async () => {
    const values = ['secret-one', 'secret-two', 'secr!', 'secret-one and more'];
    const pieces = array(
      constantFrom('secret-', 'one', 'two', ' and', ' more', 'secr', '!', 's', 'e', 'x'),
      { maxLength: 30 },
    );
    await assert(
      asyncProperty(pieces, async (chunks) => {
        const masked = /secret-one and more|secret-one|secret-two|secr!/gu;
        expect(await show(chunks, formsOf(...values))).toBe(
          chunks.join('').replaceAll(masked, '[MASKED]'),
        );
      }),
      { numRuns: 200 },
    );
  });
});
