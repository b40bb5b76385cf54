import { describe, expect, it } from '@jest/globals';
import { createLineSplitter } from '#platform/streams/line-splitter.ts';
import { expectCode } from '#test/support/expect-code.ts';

describe('a line splitter', () => {
  it('finds the same lines however the bytes are cut', () => {
    const text = 'one\n\nzwölf 🔑\nthe rest';
    for (let size = 1; size <= text.length; size += 1) {
      const lines = createLineSplitter({ what: 'it', limit: 100 });
      const bytes = Buffer.from(text);
      const found: string[] = [];
      for (let start = 0; start < bytes.length; start += size) {
        const chunk = Buffer.from(bytes.subarray(start, start + size));
        found.push(...lines.push(chunk).map(String));
        chunk.fill(0);
      }
      expect(found).toEqual(['one', '', 'zwölf 🔑']);
      expect(lines.pending).toBe('the rest'.length);
    }
  });

  it('refuses a line over its limit, complete or not', async () => {
    const short = createLineSplitter({ what: 'it', limit: 4 });
    expect(short.push(Buffer.from('1234\n12')).map(String)).toEqual(['1234']);
    await expectCode(() => short.push(Buffer.from('345')), 'MAYFLY_STREAM_TOO_LARGE');
    const whole = createLineSplitter({ what: 'it', limit: 4 });
    await expectCode(() => whole.push(Buffer.from('12345\n')), 'MAYFLY_STREAM_TOO_LARGE');
  });
});
