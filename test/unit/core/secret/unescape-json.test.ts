import { describe, expect, it } from '@jest/globals';
import { codeOf, unescapeJson } from '#core/secret/unescape-json.ts';

function unescape(text: string): string | null {
  const bytes = unescapeJson(Buffer.from(text));
  return bytes === null ? null : Buffer.from(bytes).toString('utf8');
}

describe('a JSON text with escapes', () => {
  it.each([
    ['a\\nb', 'a\nb'],
    ['\\u0041\\u00e9\\u65e5', 'Aé日'],
    ['\\uD83E\\uDD8B', '🦋'],
    ['\\ud83e\\n', '\ufffd\n'],
    ['\\udd8b', '\ufffd'],
    ['é\\/', 'é/'],
  ])('%s is unescaped', (text, value) => {
    expect(unescape(text)).toBe(value);
  });

  it.each(['\\x', '\\u12', '\\u12g4', '\\'])('%s is none', (text) => {
    expect(unescape(text)).toBeNull();
  });

  it('has characters by their byte', () => {
    expect(codeOf('"')).toBe(0x22);
  });
});
