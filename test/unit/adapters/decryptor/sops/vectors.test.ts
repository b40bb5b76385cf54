import { describe, expect, it } from '@jest/globals';
import type { FileFormat } from '#core/ports/decryptor.ts';
import { renderDecrypted } from '#core/sops/render/render-file.ts';
import {
  openVector,
  parsePlain,
  readVector,
  readVectors,
  readable,
  vectorKey,
} from '#test/support/sops/vectors.ts';

const vectors = readVectors();

describe('files of the real sops', () => {
  it('come in all five formats', () => {
    const formats = new Set(vectors.map(({ format }) => format));
    expect([...formats].toSorted()).toEqual(['binary', 'dotenv', 'ini', 'json', 'yaml']);
    expect(vectors).toHaveLength(43);
  });

  it.each(vectors.filter(({ format }) => format === 'dotenv' || format === 'binary'))(
    'open to the same bytes: $path',
    async (vector) => {
      const file = await openVector(vector);
      const rendered = renderDecrypted(file, vector);
      expect(Buffer.from(rendered).equals(vector.plain)).toBe(true);
    },
  );

  it.each(vectors.filter(({ format }) => format !== 'binary'))(
    'open to the same keys, values, types and comments: $path',
    async (vector) => {
      const file = await openVector(vector);
      const rendered = renderDecrypted(file, vector);
      expect(parsePlain(vector.format, rendered)).toEqual(parsePlain(vector.format, vector.plain));
    },
  );

  it.each(['json', 'yaml'] satisfies FileFormat[])('are written as %s as well', async (format) => {
    const file = await openVector(readVector('default-rule.enc.env'));
    const rendered = renderDecrypted(file, { path: 'x', format });
    expect(JSON.stringify(parsePlain(format, rendered))).toContain('"key":"export C"');
  });

  it('tell when they were last written', async () => {
    const file = await openVector(readVector('types.enc.yaml'));
    expect(new Date(file.lastModified).toISOString()).toMatch(/^2\d{3}-.*:\d\d\.000Z$/u);
  });

  it('leave nothing readable after a wipe', async () => {
    const file = await openVector(readVector('types.enc.yaml'));
    file.wipe();
    expect(() => readable(file)).toThrow(
      expect.objectContaining({ code: 'MAYFLY_INTERNAL_SECRET_WIPED' }),
    );
  });

  it.each([
    ['one', 'two'],
    ['two', 'three'],
    ['three', 'one'],
    ['one', 'two', 'three'],
  ])('need two of three groups: %s and %s', async (...names) => {
    const vector = readVector('shamir-2-of-3.enc.yaml');
    const file = await openVector({ ...vector, keys: names.map((name) => vectorKey(name)) });
    expect(readable(file)).toEqual(parsePlain('yaml', vector.plain));
  });

  it.each(['one', 'two'])('open for each of their recipients: %s', async (name) => {
    const vector = readVector('two-recipients.enc.yaml');
    const file = await openVector({ ...vector, keys: [vectorKey(name)] });
    expect(readable(file)).toEqual(parsePlain('yaml', vector.plain));
  });
});
