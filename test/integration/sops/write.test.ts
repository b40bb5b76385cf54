import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { SelectionRule } from '#core/sops/selection.ts';
import { ageKey, readAgeVector } from '#test/support/age/vectors.ts';
import { cliFiles, runFile } from '#test/support/cli/run-program.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { comparable } from '#test/support/sops/comparable.ts';
import { createEncrypting, vectorRecipient } from '#test/support/sops/encrypting.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const vectors = fileURLToPath(new URL('../../vectors/age-1.3.1/', import.meta.url));
const { encrypt, keys } = await createEncrypting();

const files = [
  { file: 'plain.yaml', format: 'yaml' },
  { file: 'plain.json', format: 'json' },
  { file: 'plain.env', format: 'dotenv' },
  { file: 'plain.ini', format: 'ini' },
  { file: 'plain.bin', format: 'binary' },
] as const satisfies readonly { file: string; format: FileFormat }[];

const rules: readonly SelectionRule[] = [
  { kind: 'encrypted-regex', pattern: '^(password|tls)$' },
  { kind: 'unencrypted-regex', pattern: '(?i)^HOSTS$' },
  { kind: 'encrypted-suffix', suffix: 'word' },
  { kind: 'unencrypted-suffix', suffix: 'ty' },
  { kind: 'encrypted-comment-regex', pattern: 'spare' },
  { kind: 'unencrypted-comment-regex', pattern: '^ the spare' },
];

const awkward = ['', ' x ', '-', ': ', ' #', '\ufeffx', '\t', '"\'`', '😀', '---', '0x1F', '1:30'];
/** Go writes these into YAML as they are, where they end lines for other readers. */
const lineBreaks = ['\u2028', '\u0085'];

await describeWithParts(['sops'], 'the real sops opens what is written', (paths) => {
  let temp: Awaited<ReturnType<typeof createTempFolder>>;

  beforeAll(async () => {
    temp = await createTempFolder();
  });
  afterAll(() => temp.remove());

  async function decryptBySops(
    name: string,
    encrypted: string,
    env: Readonly<Record<string, string>> = { SOPS_AGE_KEY_FILE: join(vectors, 'x25519.txt') },
  ): Promise<Buffer> {
    await writeFile(join(temp.path, name), encrypted);
    const { code, stdout, stderr } = await runFile(paths.sops, ['decrypt', name], {
      cwd: temp.path,
      env: { HOME: temp.path, ...env },
    });
    expect({ code, stderr: stderr.replaceAll(/^.*level=warning.*\n/gmu, '') }).toEqual({
      code: 0,
      stderr: '',
    });
    return stdout;
  }

  it.each(files)('in every format: $file', async ({ file, format }) => {
    const plain = await readFile(join(cliFiles, file));
    const opened = await decryptBySops(file, await encrypt(file, plain));
    expect(comparable(format, opened)).toEqual(comparable(format, plain));
  });

  it.each(rules)('by every rule: $kind', async (rule) => {
    const plain = await readFile(join(cliFiles, 'plain.yaml'));
    for (const macOnlyEncrypted of [false, true]) {
      const encrypted = await encrypt('a.yaml', plain, { rule, macOnlyEncrypted });
      const opened = await decryptBySops('a.yaml', encrypted);
      expect(comparable('yaml', opened)).toEqual(comparable('yaml', plain));
    }
  });

  it.each(['json', 'yaml', 'dotenv'] as const)(
    'with awkward texts, plain and encrypted: %s',
    async (format) => {
      const odd = [...awkward, ...(format === 'yaml' ? [] : lineBreaks)];
      const entries = odd.flatMap((text, at) => [
        [`k${at}`, text],
        [`k${at}_unencrypted`, text],
      ]);
      const lines = entries.map((entry) => `${entry.join('=')}\n`).join('');
      const plain = format === 'dotenv' ? lines : JSON.stringify(Object.fromEntries(entries));
      const encrypted = await encrypt('a', plain, { format });
      const opened = await decryptBySops(`a.${format === 'dotenv' ? 'env' : format}`, encrypted);
      expect(comparable(format, opened)).toEqual(comparable(format, Buffer.from(plain)));
    },
  );

  it('also numbers and times of every spelling that stay plain', async () => {
    const plain = [
      '0123',
      '0x1F',
      '1e21',
      '1e-7',
      '.inf',
      '-0.0',
      '1.0',
      '1_000',
      '2026-01-02',
      'True',
      'yes',
      '~',
    ]
      .map((text, at) => `k${at}_unencrypted: ${text}\n`)
      .join('');
    const encrypted = await encrypt('a.yaml', `x: 1\n${plain}`);
    expect((await decryptBySops('a.yaml', encrypted)).toString()).toContain(
      'k2_unencrypted: 1e+21\n',
    );
  });

  it('for several recipients of every kind', async () => {
    const ssh = await Promise.all(
      ['ssh-ed25519.pub', 'ssh-rsa.pub'].map(async (name) =>
        (await readAgeVector(name)).toString().trim(),
      ),
    );
    const native = await Promise.all(['x25519.txt', 'hybrid.txt'].map(vectorRecipient));
    const encrypted = await encrypt('a.env', 'A=1\n', { recipients: [...native, ...ssh] });
    for (const env of [
      { SOPS_AGE_KEY_FILE: join(vectors, 'x25519.txt') },
      { SOPS_AGE_KEY_FILE: join(vectors, 'hybrid.txt') },
      { SOPS_AGE_SSH_PRIVATE_KEY_FILE: join(vectors, 'ssh-ed25519') },
      { SOPS_AGE_SSH_PRIVATE_KEY_FILE: join(vectors, 'ssh-rsa') },
    ]) {
      expect((await decryptBySops('a.env', encrypted, env)).toString()).toBe('A=1\n');
    }
  });

  it('after a change to a file of its own, and keeps the ciphertext of what stayed', async () => {
    const old = await readFile(join(cliFiles, 'app.yaml'), 'utf8');
    const plain = await readFile(join(cliFiles, 'plain.yaml'), 'utf8');
    const previous = { file: { path: 'app.yaml', bytes: Buffer.from(old) }, keys };
    expect(await encrypt('app.yaml', plain, { recipients: [], previous })).toBe(old);
    const changed = plain.replace('canary-two', 'canary-three');
    const now = await encrypt('app.yaml', changed, { recipients: [], previous });
    const lines = new Set(old.split('\n'));
    expect(now.split('\n').filter((line) => !lines.has(line))).toHaveLength(3);
    expect(comparable('yaml', await decryptBySops('app.yaml', now))).toEqual(
      comparable('yaml', Buffer.from(changed)),
    );
  });

  it('but a previous version with key groups is refused', async () => {
    const [one = '', two = ''] = await Promise.all(
      ['x25519.txt', 'hybrid.txt'].map(vectorRecipient),
    );
    const config = `creation_rules:\n  - key_groups:\n      - age: [${one}]\n      - age: [${two}]\n    shamir_threshold: 2\n`;
    await writeFile(join(temp.path, '.sops.yaml'), config);
    await writeFile(join(temp.path, 'groups.env'), 'A=1\n');
    const made = await runFile(paths.sops, ['encrypt', 'groups.env'], {
      cwd: temp.path,
      env: { HOME: temp.path },
    });
    const other = await ageKey('hybrid.txt');
    const previous = { file: { path: 'groups.env', bytes: made.stdout }, keys: [...keys, other] };
    await expectCode(encrypt('groups.env', 'A=2\n', { previous }), 'MAYFLY_SOPS_PREVIOUS_GROUPS');
  });
});
