import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SelectionRule } from '#core/sops/selection.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createEncrypting, vectorRecipient } from '#test/support/sops/encrypting.ts';

const files = [
  { path: 'a.yaml', text: '# why\na: 1\nb:\n    - x\n    - true\nc: ""\nd: null\n' },
  { path: 'a.json', text: '{\n\t"a": 1,\n\t"b": [\n\t\t"x"\n\t]\n}\n' },
  { path: 'a.env', text: '# why\nA=1\nB=x y\\nz\n' },
  { path: 'a.ini', text: '[s]\n; why\nk = v\n' },
  { path: 'a.bin', text: 'any bytes\n' },
] as const;

const runs = { numRuns: process.env['SLOW'] === '1' ? 1000 : 50 };
const subject = await createEncrypting();
const { encrypt, decrypt, recipient, keys } = subject;

describe('encrypting a file', () => {
  it.each(files)('writes what the reader opens: $path', async ({ path, text }) => {
    const encrypted = await encrypt(path, text);
    expect(encrypted).not.toContain('why');
    expect((await decrypt(path, encrypted)).toString()).toBe(text);
  });

  it('gives every value a nonce of 32 bytes of its own', async () => {
    const encrypted = await encrypt('a.json', '{"a":"x","b":"x"}');
    const nonces = [...encrypted.matchAll(/iv:([^,]+),/gu)].map((match) => match[1] ?? '');
    expect(new Set(nonces).size).toBe(3);
    expect(nonces.map((nonce) => Buffer.from(nonce, 'base64').length)).toEqual([32, 32, 32]);
  });

  it('stamps the file by the clock, to the second', async () => {
    const fresh = await createEncrypting();
    expect(await fresh.encrypt('a.yaml', 'a: 1')).toContain('lastmodified: "2026-11-22T18:00:00Z"');
  });

  it.each([
    { rule: { kind: 'encrypted-regex', pattern: '^data$' }, plain: 'other: 1', sealed: 'data' },
    { rule: { kind: 'unencrypted-regex', pattern: '^other$' }, plain: 'other: 1', sealed: 'data' },
    { rule: { kind: 'encrypted-suffix', suffix: 'ata' }, plain: 'other: 1', sealed: 'data' },
    { rule: { kind: 'unencrypted-suffix', suffix: 'her' }, plain: 'other: 1', sealed: 'data' },
    {
      rule: { kind: 'encrypted-comment-regex', pattern: 'hide' },
      plain: 'other: 1',
      sealed: 'data',
    },
    {
      rule: { kind: 'unencrypted-comment-regex', pattern: 'show' },
      plain: 'other: 1',
      sealed: 'data',
    },
  ] as const satisfies readonly { rule: SelectionRule; plain: string; sealed: string }[])(
    'follows the rule $rule.kind',
    async ({ rule, plain, sealed }) => {
      const text = '# hide\ndata:\n    k: x\n# show\nother: 1\n';
      const encrypted = await encrypt('a.yaml', text, { rule, macOnlyEncrypted: true });
      expect(encrypted).toContain(`\n${plain}\n`);
      expect(encrypted).toMatch(new RegExp(`${sealed}:\\n    k: ENC`, 'u'));
      expect(encrypted).toContain('mac_only_encrypted: true');
      expect((await decrypt('a.yaml', encrypted)).toString()).toBe(text);
    },
  );

  it('encrypts every document of a stream', async () => {
    const encrypted = await encrypt('a.yaml', 'a: 1\n---\nb: 2\n');
    expect(encrypted.match(/^sops:$/gmu)).toHaveLength(2);
    expect((await decrypt('a.yaml', encrypted)).toString()).toBe('a: 1\n---\nb: 2\n');
  });
});

const key = fc.string().filter((name) => name !== 'sops');
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const leaf = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.maxSafeInteger(), number);
const node = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('node')),
    fc.dictionary(key, tie('node')),
  ),
})).node;

/** Opened numbers have no negative zero where it was written as `-0`. */
function withoutNegativeZero(text: string): string {
  return text.replaceAll(/(?<=[:[,])-0(?=[,\]}])/gu, '0');
}

describe('encrypting and opening again', () => {
  it('gives back any JSON object', async () => {
    const property = fc.asyncProperty(fc.dictionary(key, node), async (object) => {
      const text = JSON.stringify(object);
      const opened = await decrypt('a.json', await encrypt('a.json', text));
      expect(JSON.parse(opened.toString())).toEqual(JSON.parse(withoutNegativeZero(text)));
    });
    await fc.assert(property, runs);
  });

  it('gives back any bytes', async () => {
    const property = fc.asyncProperty(fc.uint8Array(), async (bytes) => {
      const opened = await decrypt('a.bin', await encrypt('a.bin', Buffer.from(bytes)));
      expect(opened).toEqual(Buffer.from(bytes));
    });
    await fc.assert(property, runs);
  });

  it('gives back any text under any key of dotenv', async () => {
    const key = fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/u);
    const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '\\n'));
    const property = fc.asyncProperty(fc.dictionary(key, line), async (entries) => {
      const text = Object.entries({ K: '', ...entries })
        .map(([k, v]) => `${k}=${v}\n`)
        .join('');
      const opened = await decrypt('a.env', await encrypt('a.env', text));
      expect(opened.toString()).toBe(text);
    });
    await fc.assert(property, runs);
  });
});

async function again(path: string, before: string, after: string) {
  const old = await encrypt(path, before);
  const previous = { file: { path, bytes: Buffer.from(old) }, keys };
  await subject.clock.advance(60_000);
  const now = await encrypt(path, after, { recipients: [], previous });
  return { old, now };
}

describe('encrypting a file again', () => {
  it.each(files)('changes nothing when nothing changed: $path', async ({ path, text }) => {
    const { old, now } = await again(path, text, text);
    expect(now).toBe(old);
  });

  it('changes one line for one value, and the stamp and the MAC', async () => {
    const text = '# why\na: 1\nb:\n    - x\n    - x\n    - y\nc: z\n';
    const { old, now } = await again('a.yaml', text, text.replace('- y', '- new'));
    const lines = now.split('\n');
    const changed = old.split('\n').filter((line, at) => line !== lines[at]);
    const names = changed.map((line) => line.trim().slice(0, 5));
    expect(names).toEqual(['- ENC', 'lastm', 'mac: ']);
    expect((await decrypt('a.yaml', now)).toString()).toBe(text.replace('- y', '- new'));
  });

  it('keeps the rule of the previous version unless another is asked for', async () => {
    const rule: SelectionRule = { kind: 'encrypted-regex', pattern: '^a$' };
    const old = await encrypt('a.json', '{"a":"x","b":"y"}', { rule });
    const previous = { file: { path: 'a.json', bytes: Buffer.from(old) }, keys };
    const kept = await encrypt('a.json', '{"a":"x","b":"z"}', { recipients: [], previous });
    expect(kept).toContain('"b": "z"');
    const other: SelectionRule = { kind: 'encrypted-regex', pattern: '^b$' };
    const changed = await encrypt('a.json', '{"a":"x","b":"z"}', { previous, rule: other });
    expect(changed).toContain('"a": "x"');
    expect(changed).not.toContain('"b": "z"');
  });

  it('keeps the copy of a recipient that stays, adds one that is new, drops one that is gone', async () => {
    const other = await vectorRecipient('hybrid.txt');
    const old = await encrypt('a.json', '{"a":"x"}');
    const previous = { file: { path: 'a.json', bytes: Buffer.from(old) }, keys };
    const wider = await encrypt('a.json', '{"a":"x"}', {
      recipients: [recipient, other],
      previous,
    });
    const enc = /"enc": ("[^"]+")/gu;
    expect([...wider.matchAll(enc)]).toHaveLength(2);
    expect(wider).toContain([...old.matchAll(enc)][0]?.[1]);
    const narrow = { file: { path: 'a.json', bytes: Buffer.from(wider) }, keys };
    const back = await encrypt('a.json', '{"a":"x"}', { previous: narrow });
    expect(back).not.toContain(other);
  });
});

describe('what cannot be encrypted', () => {
  it.each(files)('refuses a file that is encrypted already: $path', async ({ path, text }) => {
    const encrypted = await encrypt(path, text);
    await expectCode(encrypt(path, encrypted), 'MAYFLY_SOPS_ALREADY_ENCRYPTED');
  });

  it('refuses to encrypt for nobody or for too many', async () => {
    await expectCode(encrypt('a.env', 'A=1', { recipients: [] }), 'MAYFLY_SOPS_NO_RECIPIENT');
    const crowd = Array.from({ length: 257 }, (_, at) => `age1${at}`);
    await expectCode(encrypt('a.env', 'A=1', { recipients: crowd }), 'MAYFLY_SOPS_LIMIT');
  });

  it('refuses a recipient that is none', async () => {
    const recipients = ['age1nobody'];
    await expectCode(encrypt('a.env', 'A=1', { recipients }), 'MAYFLY_AGE_RECIPIENT_INVALID');
  });

  it.each([
    { when: 'a number as a key', path: 'a.yaml', text: '1: x', code: 'MAYFLY_YAML_UNSUPPORTED' },
    { when: 'a list at the root', path: 'a.yaml', text: '- x', code: 'MAYFLY_YAML_UNSUPPORTED' },
    { when: 'no text', path: 'a.env', text: 'A=\u00ff', code: 'MAYFLY_SOPS_SYNTAX' },
    {
      when: 'a key twice',
      path: 'a.json',
      text: '{"a":1,"a":2}',
      code: 'MAYFLY_SOPS_DUPLICATE_KEY',
    },
    { when: 'an empty stream', path: 'a.yaml', text: '', code: 'MAYFLY_SOPS_NOTHING_TO_ENCRYPT' },
  ] as const)('refuses $when', async ({ path, text, code }) => {
    await expectCode(encrypt(path, Buffer.from(text, 'latin1')), code);
  });

  it('refuses a rule for a binary file and a pattern that is none', async () => {
    const rule: SelectionRule = { kind: 'encrypted-regex', pattern: '(' };
    await expectCode(encrypt('a.bin', 'x', { rule }), 'MAYFLY_SOPS_BINARY_RULE');
    await expectCode(encrypt('a.env', 'A=1', { rule }), 'MAYFLY_SOPS_PATTERN');
  });

  it('refuses a previous version that is plain or tampered with', async () => {
    const plain = { file: { path: 'old.env', bytes: Buffer.from('A=1') }, keys };
    await expectCode(encrypt('a.env', 'A=1', { previous: plain }), 'MAYFLY_SOPS_PREVIOUS_PLAIN');
    const tampered = (await encrypt('a.env', 'A=1\nB=2\n')).replace(/^A=.*\n/u, '');
    const previous = { file: { path: 'old.env', bytes: Buffer.from(tampered) }, keys };
    await expectCode(encrypt('a.env', 'A=1', { previous }), 'MAYFLY_SOPS_MAC_MISMATCH');
  });
});
