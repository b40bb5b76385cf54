import { describe, expect, it } from '@jest/globals';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import {
  contentOf,
  coveredTexts,
  differences,
  unprotectedClasses,
  type Content,
  type UnprotectedClass,
} from '#test/support/sops/mutations.ts';
import {
  openVector,
  parsePlain,
  readVectors,
  readable,
  type SopsVector,
} from '#test/support/sops/vectors.ts';

/** Every byte is changed in slow runs; else one in 101, beginning where the name of the file says. */
const step = process.env['SLOW'] === '1' ? 1 : 101;
const flips = [0x01, 0x02, 0x03, 0x20, 0x80];

/** Large files repeat themselves. */
const vectors = readVectors().filter(({ encrypted }) => encrypted.length < 20_000);
const seen = new Set<UnprotectedClass>();

async function openedContent(vector: SopsVector, encrypted: Buffer): Promise<Content | null> {
  try {
    const file = await openVector({ ...vector, encrypted });
    const content = contentOf(readable(file));
    file.wipe();
    return content;
  } catch (error) {
    if (isMayflyError(error) || String(error).includes('plain file')) return null;
    throw error;
  }
}

/** Path and place of what was encrypted in the file: the cipher binds each to its path. */
function encryptedPaths(vector: SopsVector, encrypted: Buffer): readonly string[] {
  const format = vector.format === 'binary' ? 'json' : vector.format;
  const { leaves } = contentOf(parsePlain(format, encrypted));
  return leaves
    .filter(({ path, text }) => isEncrypted(text) && !/\/sops(?:$|[/_])/u.test(path))
    .map(({ path }) => path);
}

/** In lists SOPS writes encrypted comments as values. */
function isEncrypted(text: string): boolean {
  return text.startsWith('ENC[') && !text.endsWith(',type:comment]');
}

describe('a file with one byte changed', () => {
  it.each(vectors)('is refused, or says what it said before: $path', async (vector) => {
    const before = contentOf(readable(await openVector(vector)));
    const paths = encryptedPaths(vector, vector.encrypted);
    const only = vector.name.includes('mac-only') ? new Set(paths) : null;
    for (let at = vector.path.length % step; at < vector.encrypted.length; at += step) {
      const encrypted = Buffer.from(vector.encrypted);
      encrypted[at] = (encrypted[at] ?? 0) ^ (flips[at % flips.length] ?? 1);
      const after = await openedContent(vector, encrypted);
      if (after !== null) {
        expect(coveredTexts(after, only)).toEqual(coveredTexts(before, only));
        const places = encryptedPaths(vector, encrypted);
        expect(places.filter((path) => only?.has(path) ?? true)).toEqual(paths);
        for (const difference of differences(before, after)) seen.add(difference);
      }
    }
  });

  it('differs only in what SOPS leaves unprotected', () => {
    expect(unprotectedClasses).toEqual(expect.arrayContaining([...seen]));
    expect(seen).toContain('a comment');
    expect(seen).toContain('the name or place of a plain value');
  });
});
