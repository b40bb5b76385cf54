import { describe, expect, it } from '@jest/globals';
import { compileRule, defaultRule } from '#core/sops/selection.ts';
import type { SecretMap } from '#core/secret/secret-tree.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { keepSealed } from '#core/sops/write/keep-sealed.ts';
import { sealDocuments, type Seal, type Sealable } from '#core/sops/write/seal-documents.ts';
import { comment, list, map, text } from '#test/support/sops/trees.ts';

const selection = compileRule(defaultRule, () => () => false);

function nameOf({ type, plaintext, additionalData }: Sealable): string {
  return `${type} ${additionalData} ${Buffer.from(plaintext).toString('hex')}`;
}

/** Every seal gives another text, as a fresh nonce does. */
function countingSeal(prefix: string): Seal {
  let count = 0;
  return ({ type }) => {
    count += 1;
    return `ENC[AES256_GCM,data:${prefix}${count},iv:i,tag:t,type:${type}]`;
  };
}

function seal(plain: SecretMap, sealer: Seal): SourceMap {
  const mac = { addLeaf: () => undefined, hexDigest: () => '' };
  const [document] = sealDocuments([plain], { path: 'a', selection, mac, seal: sealer });
  return document ?? { kind: 'map', entries: [] };
}

function sealAgain(before: SecretMap, after: SecretMap): { old: SourceMap; now: SourceMap } {
  const old = seal(before, countingSeal('old'));
  const previous = { source: [old], plain: [before], selection };
  return { old, now: seal(after, keepSealed(previous, nameOf, countingSeal('new'))) };
}

function sealedTexts(document: SourceMap): string[] {
  return [...JSON.stringify(document).matchAll(/data:(\w+)/gu)].map((match) => match[1] ?? '');
}

function tree(): SecretMap {
  return map({
    top: comment('why'),
    a: text('x'),
    b: list(text('x'), text('x'), comment('in a list'), text('true', 'bool')),
    c: map({ a: text('1', 'int') }),
    d_unencrypted: text('plain'),
  });
}

describe('sealing a file again', () => {
  it('keeps every ciphertext when nothing changed, equal items of a list included', () => {
    const { old, now } = sealAgain(tree(), tree());
    expect(now).toEqual(old);
    expect(sealedTexts(now)).toHaveLength(7);
  });

  it('encrypts only what is new, and keeps what moved within its map', () => {
    const { now } = sealAgain(
      map({ a: text('x'), b: text('y') }),
      map({ b: text('y'), c: text('z'), a: text('x') }),
    );
    expect(sealedTexts(now)).toEqual(['old2', 'new1', 'old1']);
  });

  it.each([
    { when: 'another path', after: map({ b: text('1') }) },
    { when: 'another type', after: map({ a: text('1', 'int') }) },
    { when: 'another value', after: map({ a: text('2') }) },
  ])('encrypts anew for $when', ({ after }) => {
    expect(sealedTexts(sealAgain(map({ a: text('1') }), after).now)).toEqual(['new1']);
  });

  it('uses an old ciphertext once', () => {
    const { now } = sealAgain(map({ l: list(text('x')) }), map({ l: list(text('x'), text('x')) }));
    expect(sealedTexts(now)).toEqual(['old1', 'new1']);
  });
});
