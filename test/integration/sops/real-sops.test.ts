import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { renderDecrypted } from '#core/sops/render/render-file.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { contentOf } from '#test/support/sops/mutations.ts';
import {
  openVector,
  parsePlain,
  readVector,
  vectorFolder,
  vectorKey,
  type SopsVector,
} from '#test/support/sops/vectors.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const recipient =
  /age1\w+/u.exec(readFileSync(join(vectorFolder, 'keys', 'one.txt'), 'utf8'))?.[0] ?? '';

/** What a file says but for its comments: changed ones may end up in another collection. */
function saidBy(format: SopsVector['format'], plain: Uint8Array): unknown {
  const { leaves, nulls, shapes } = contentOf(parsePlain(format, plain));
  return { leaves, nulls, shapes };
}

function changed(vector: SopsVector, at: number): Buffer {
  const encrypted = Buffer.from(vector.encrypted);
  encrypted[at] = (encrypted[at] ?? 0) ^ 0x01;
  return encrypted;
}

async function opens(vector: SopsVector, encrypted: Buffer): Promise<Uint8Array | null> {
  try {
    return renderDecrypted(await openVector({ ...vector, encrypted }), vector);
  } catch {
    return null;
  }
}

await describeWithParts(['sops'], 'beside the real sops', ({ sops }) => {
  let temp = { path: '', remove: () => Promise.resolve() };
  const folder = (): string => temp.path;

  beforeAll(async () => {
    temp = await createTempFolder();
  });

  afterAll(() => temp.remove());

  function run(args: readonly string[]): {
    readonly status: number | null;
    readonly stdout: Buffer;
  } {
    const env = { HOME: folder(), SOPS_AGE_KEY_FILE: join(vectorFolder, 'keys', 'one.txt') };
    return spawnSync(sops, args, { cwd: folder(), env, timeout: 20_000 });
  }

  it.each([
    'default-rule.enc.yaml',
    'encrypted-regex.enc.json',
    'unencrypted-suffix.enc.env',
    'encrypted-suffix.enc.ini',
  ])('a changed file that opens says the same: %s', async (path) => {
    const vector = readVector(path);
    const file = join(folder(), path);
    let compared = 0;
    for (let at = 5; at < vector.encrypted.length && compared < 20; at += 3) {
      const encrypted = changed(vector, at);
      const ours = await opens(vector, encrypted);
      if (ours !== null) {
        writeFileSync(file, encrypted);
        const real = run(['decrypt', file]);
        // The version decides nothing here; the program wants a well-formed one.
        if (real.status === 0)
          expect(saidBy(vector.format, ours)).toEqual(saidBy(vector.format, real.stdout));
        else expect(encrypted.subarray(at - 12, at + 24).toString()).toMatch(/v?.?ers|\d+.\d+/u);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(3);
  });

  it.each(['a value removed', 'two entries reordered', 'no MAC'])('both refuse: %s', (what) => {
    const lines = readVector('default-rule.enc.yaml').encrypted.toString().split('\n');
    const [first = '', second = ''] = lines;
    const files = {
      'a value removed': lines.slice(1),
      'two entries reordered': [second, first, ...lines.slice(2)],
      'no MAC': lines.filter((line) => !line.startsWith('    mac:')),
    } as const satisfies Record<string, readonly string[]>;
    const file = join(folder(), 'tampered.yaml');
    writeFileSync(file, (files[what as keyof typeof files] ?? []).join('\n'));
    expect(run(['decrypt', file]).status).toBe(51);
  });

  it('documents of any content open to what the program prints', async () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/u).filter((name) => name !== 'sops');
    const leaf = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const tree = fc.dictionary(
      word,
      fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(word, leaf, { maxKeys: 3 })),
      { minKeys: 1, maxKeys: 5 },
    );
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom('yaml', 'json'), async (content, format) => {
        const plain = join(folder(), 'any.json');
        const path = join(folder(), `any.enc.${format}`);
        writeFileSync(plain, JSON.stringify(content));
        const made = run(['encrypt', '--age', recipient, '--output-type', format, plain]);
        writeFileSync(path, made.stdout);
        const file = await openVector({ path, encrypted: made.stdout, keys: [vectorKey('one')] });
        const real = run(['decrypt', path]);
        expect(parsePlain(format, renderDecrypted(file, { path, format }))).toEqual(
          parsePlain(format, real.stdout),
        );
      }),
      { numRuns: 20 },
    );
  });
});
