import { createHash, timingSafeEqual } from 'node:crypto';
import { createError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretComment, SecretMap, SecretValue } from '#core/secret/secret-tree.ts';
import type { SourceComment, SourceValue } from '#core/secret/source-tree.ts';
import { parseEncryptedValue } from '#core/sops/encrypted-value.ts';
import { createMac, type Mac, type MacHash } from '#core/sops/mac.ts';
import { ruleField } from '#core/sops/metadata/read-metadata.ts';
import { canonicalPlaintext } from '#core/sops/plain-value.ts';
import { compileRule, type Selection } from '#core/sops/selection.ts';
import { mapLeaves, type LeafPlace, type LeafVisitor } from '#core/sops/walk.ts';
import { compilePattern } from '#platform/regexp.ts';
import { createLeafCipher, type LeafCipher } from './leaf-cipher.ts';
import type { ParsedFile } from './parse-file.ts';

/**
 * Decrypts a parsed file with its data key and proves it: every value by its tag, all of them and their order by
 * the MAC. Throws `MAYFLY_SOPS_VALUE`, `MAYFLY_SOPS_VALUE_PLAIN`, `MAYFLY_SOPS_MAC_MISMATCH` or
 * `MAYFLY_SOPS_PATTERN`, and then has wiped what it had decrypted.
 */
export function openTree(file: ParsedFile, dataKey: SecretBytes): readonly SecretMap[] {
  const cipher = createLeafCipher(dataKey);
  const mac = createMac(createMacHash(), file.metadata.macOnlyEncrypted);
  const opener = new LeafOpener(file.path, cipher, mac);
  try {
    const selection = selectionOf(file);
    const documents = file.documents.map((document) => mapLeaves(document, selection, opener));
    verifyMac(file, cipher, mac.hexDigest());
    return documents;
  } catch (error) {
    opener.wipe();
    throw error;
  }
}

function selectionOf(file: ParsedFile): Selection {
  const { rule } = file.metadata;
  try {
    return compileRule(rule, compilePattern);
  } catch (cause) {
    const field = ruleField(rule);
    throw createError('MAYFLY_SOPS_PATTERN', { path: file.path, field }, { cause });
  }
}

function createMacHash(): MacHash {
  const hash = createHash('sha512');
  return {
    update(bytes): void {
      hash.update(bytes);
    },
    hexDigest: () => hash.digest('hex').toUpperCase(),
  };
}

function verifyMac(file: ParsedFile, cipher: LeafCipher, computed: string): void {
  const { mac, lastModified } = file.metadata;
  const value = parseEncryptedValue(mac);
  const stored = value?.type === 'str' ? cipher.open(value, lastModified.text) : null;
  const expected = Buffer.from(computed, 'latin1');
  if (stored?.length !== expected.length || !timingSafeEqual(stored, expected)) {
    throw createError('MAYFLY_SOPS_MAC_MISMATCH', { path: file.path });
  }
}

type Visitor = LeafVisitor<SourceValue, SourceComment, SecretValue, SecretComment>;

/** Makes plaintext of leaves and remembers it, so that a file that fails later leaves none behind. */
class LeafOpener implements Visitor {
  readonly #path: string;
  readonly #cipher: LeafCipher;
  readonly #mac: Mac;
  readonly #made: SecretBytes[] = [];

  constructor(path: string, cipher: LeafCipher, mac: Mac) {
    this.#path = path;
    this.#cipher = cipher;
    this.#mac = mac;
  }

  wipe(): void {
    for (const bytes of this.#made) bytes.wipe();
  }

  commentText(comment: SourceComment): string {
    return comment.text;
  }

  value(leaf: SourceValue, place: LeafPlace): SecretValue {
    const read = this.item(leaf, place);
    if (read.kind === 'comment') throw this.#refuse('MAYFLY_SOPS_VALUE', place);
    return read;
  }

  item(leaf: SourceValue, place: LeafPlace): SecretValue | SecretComment {
    if (!place.encrypted) return this.#leaf(leaf.type, Buffer.from(leaf.text, 'utf8'), place);
    if (leaf.type !== 'str') throw this.#refuse('MAYFLY_SOPS_VALUE_PLAIN', place);
    // The empty text is the one value that SOPS never encrypts.
    return leaf.text === ''
      ? this.#leaf('str', Buffer.alloc(0), place)
      : this.#open(leaf.text, place);
  }

  /** A comment that does not decrypt is kept as it stands, as SOPS does: nothing vouches for comments. */
  comment(comment: SourceComment, place: LeafPlace): SecretComment {
    const value = place.encrypted ? parseEncryptedValue(comment.text) : null;
    const plaintext = value === null ? null : this.#cipher.open(value, place.additionalData);
    if (plaintext === null || value === null) {
      return this.#comment(Buffer.from(comment.text, 'utf8'), comment.inline);
    }
    if (value.type !== 'comment') throw this.#refuse('MAYFLY_SOPS_VALUE', place);
    return this.#comment(plaintext, false);
  }

  #open(text: string, place: LeafPlace): SecretValue | SecretComment {
    const value = parseEncryptedValue(text);
    if (value === null) throw this.#refuse('MAYFLY_SOPS_VALUE_PLAIN', place);
    const plaintext = this.#cipher.open(value, place.additionalData);
    if (plaintext === null) throw this.#refuse('MAYFLY_SOPS_VALUE', place);
    if (value.type === 'comment') return this.#comment(plaintext, false);
    const canonical = canonicalPlaintext(value.type, plaintext);
    if (canonical === null) throw this.#refuse('MAYFLY_SOPS_VALUE', place);
    return this.#leaf(value.type, canonical, place);
  }

  #leaf(type: SecretValue['type'], bytes: Uint8Array, place: LeafPlace): SecretValue {
    const secret = this.#keep(bytes);
    this.#mac.addLeaf(type, bytes, place.encrypted);
    return { kind: 'value', type, bytes: secret };
  }

  #comment(bytes: Uint8Array, inline: boolean): SecretComment {
    return { kind: 'comment', bytes: this.#keep(bytes), inline };
  }

  #keep(bytes: Uint8Array): SecretBytes {
    const secret = SecretBytes.take(bytes);
    this.#made.push(secret);
    return secret;
  }

  #refuse(code: 'MAYFLY_SOPS_VALUE' | 'MAYFLY_SOPS_VALUE_PLAIN', place: LeafPlace): Error {
    return createError(code, { path: this.#path, key: place.path.join('.') });
  }
}
