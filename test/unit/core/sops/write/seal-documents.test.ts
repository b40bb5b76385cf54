import { describe, expect, it } from '@jest/globals';
import type { MacHash } from '#core/sops/mac.ts';
import { createMac } from '#core/sops/mac.ts';
import { compileRule, defaultRule, type SelectionRule } from '#core/sops/selection.ts';
import { sealDocuments, type Sealable } from '#core/sops/write/seal-documents.ts';
import type { SecretMap } from '#core/secret/secret-tree.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { comment, list, map, text } from '#test/support/sops/trees.ts';

/** Keeps what it is fed, in place of a hash. */
function createTranscript(): MacHash {
  const fed: string[] = [];
  return {
    update: (bytes) => void fed.push(Buffer.from(bytes).toString('latin1')),
    hexDigest: () => fed.join('|'),
  };
}

function fakeSeal({ type, plaintext, additionalData }: Sealable): string {
  return `ENC[${type} ${additionalData} ${Buffer.from(plaintext).toString()}]`;
}

function seal(document: SecretMap, rule: SelectionRule = defaultRule, onlyEncrypted = false) {
  const mac = createMac(createTranscript(), onlyEncrypted);
  const selection = compileRule(rule, (pattern) => (value) => value.includes(pattern));
  const options = { path: 'a.yaml', selection, mac, seal: fakeSeal };
  const documents = sealDocuments([document], options);
  return { document: documents[0], fed: mac.hexDigest() };
}

function withListComment(): SecretMap {
  return map({ l: list(comment('why'), text('x')) });
}

describe('sealing a document', () => {
  it('encrypts every kind of value with its type and path, and feeds the MAC in order', () => {
    const { document, fed } = seal(
      map({ a: text('x'), b: map({ c: list(text('1', 'int'), text('true', 'bool')) }) }),
    );
    expect(document).toEqual({
      kind: 'map',
      entries: [
        { kind: 'entry', key: 'a', value: { kind: 'value', type: 'str', text: 'ENC[str a: x]' } },
        {
          kind: 'entry',
          key: 'b',
          value: {
            kind: 'map',
            entries: [
              {
                kind: 'entry',
                key: 'c',
                value: {
                  kind: 'list',
                  items: [
                    { kind: 'value', type: 'str', text: 'ENC[int b:c: 1]' },
                    { kind: 'value', type: 'str', text: 'ENC[bool b:c: True]' },
                  ],
                },
              },
            ],
          },
        },
      ],
    });
    expect(fed).toBe('x|1|True');
  });

  it('leaves what the rule leaves, with its type, and feeds it unless the MAC is of encrypted values only', () => {
    const document = map({ a_unencrypted: text('2', 'int'), b: text('x') });
    const sealed = seal(document);
    expect(sealed.fed).toBe('2|x');
    expect(sealed.document?.entries[0]).toMatchObject({ value: { type: 'int', text: '2' } });
    expect(seal(document, defaultRule, true).fed.endsWith('|x')).toBe(true);
    expect(seal(document, defaultRule, true).fed).not.toContain('2|x');
  });

  it('keeps empty strings, empty comments and nulls as they are', () => {
    const { document, fed } = seal(map({ a: text(''), b: { kind: 'null' }, c: comment('') }));
    expect(document?.entries).toEqual([
      { kind: 'entry', key: 'a', value: { kind: 'value', type: 'str', text: '' } },
      { kind: 'entry', key: 'b', value: { kind: 'null' } },
      { kind: 'comment', text: '', inline: false },
    ]);
    expect(fed).toBe('');
  });

  it('encrypts comments where the rule encrypts, and never feeds them to the MAC', () => {
    const { document, fed } = seal(map({ c: comment(' why', true), a: text('x') }));
    expect(document?.entries[0]).toEqual({
      kind: 'comment',
      text: 'ENC[comment :  why]',
      inline: true,
    });
    expect(fed).toBe('x');
  });

  it('writes an encrypted comment of a list as a value, as SOPS does, unless comments make the rule', () => {
    expect(JSON.stringify(seal(withListComment()).document)).toContain(
      '{"kind":"value","type":"str","text":"ENC[comment l: why]"}',
    );
    const rule: SelectionRule = { kind: 'unencrypted-comment-regex', pattern: 'show' };
    expect(JSON.stringify(seal(withListComment(), rule).document)).toContain(
      '{"kind":"comment","text":"ENC[comment l: why]"',
    );
  });

  it('refuses a comment rule that an encrypted comment would match', async () => {
    const rule: SelectionRule = { kind: 'unencrypted-comment-regex', pattern: 'ENC' };
    await expectCode(
      () => seal(map({ c: comment('hello'), a: text('x') }), rule),
      'MAYFLY_SOPS_COMMENT_RULE',
    );
  });
});
