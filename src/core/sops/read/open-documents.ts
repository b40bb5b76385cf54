import { createError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretComment, SecretMap, SecretValue } from '#core/secret/secret-tree.ts';
import type { SourceComment, SourceMap, SourceValue } from '#core/secret/source-tree.ts';
import { parseEncryptedValue, type EncryptedValue } from '../encrypted-value.ts';
import { createMac, type Mac, type MacHash } from '../mac.ts';
import type { SopsMetadata } from '../metadata/metadata.ts';
import { ruleField } from '../metadata/read-metadata.ts';
import { compileRule, type CompilePattern, type Selection } from '../selection.ts';
import { mapLeaves, type LeafPlace, type LeafVisitor } from '../walk.ts';
import { canonicalPlaintext } from './plain-value.ts';

/** An encrypted file taken apart, nothing of it proven yet. */
export interface SealedFile {
  /** For messages. */
  readonly path: string;
  /** Without the metadata. */
  readonly documents: readonly SourceMap[];
  readonly metadata: SopsMetadata;
}

/** Opens the values of one file; a port, because core has no crypto. */
export interface LeafCipher {
  /** The plaintext, or null when it does not verify, its tag is not of 16 bytes, or a part is no base64. */
  open(value: EncryptedValue, additionalData: string): Uint8Array | null;
}

/** What opening a file needs from outside. */
export interface OpenDeps {
  readonly cipher: LeafCipher;
  /** A fresh SHA-512. */
  readonly hash: MacHash;
  readonly compile: CompilePattern;
  /** Compares in a time that tells nothing of where the two differ. */
  readonly isEqual: (left: Uint8Array, right: Uint8Array) => boolean;
}

/**
 * Decrypts a file and proves it: every value by its tag, all of them and their order by the MAC. Throws
 * `MAYFLY_SOPS_VALUE`, `MAYFLY_SOPS_VALUE_PLAIN`, `MAYFLY_SOPS_MAC_MISMATCH` or `MAYFLY_SOPS_PATTERN`, and then has
 * wiped what it had decrypted. The MAC spans all documents.
 */
export function openDocuments(file: SealedFile, deps: OpenDeps): readonly SecretMap[] {
  const mac = createMac(deps.hash, file.metadata.macOnlyEncrypted);
  const opener = new LeafOpener(file.path, deps.cipher, mac);
  try {
    const selection = selectionOf(file, deps.compile);
    const documents = file.documents.map((document) => mapLeaves(document, selection, opener));
    if (!isMacOf(file.metadata, mac.hexDigest(), deps)) {
      throw createError('MAYFLY_SOPS_MAC_MISMATCH', { path: file.path });
    }
    return documents;
  } catch (error) {
    opener.wipe();
    throw error;
  }
}

function selectionOf(file: SealedFile, compile: CompilePattern): Selection {
  const { rule } = file.metadata;
  try {
    return compileRule(rule, compile);
  } catch (cause) {
    const field = ruleField(rule);
    throw createError('MAYFLY_SOPS_PATTERN', { path: file.path, field }, { cause });
  }
}

function isMacOf(metadata: SopsMetadata, computed: string, deps: OpenDeps): boolean {
  const value = parseEncryptedValue(metadata.mac);
  const stored = value?.type === 'str' ? deps.cipher.open(value, metadata.lastModified.text) : null;
  const expected = utf8.encode(computed);
  return stored?.length === expected.length && deps.isEqual(stored, expected);
}

const utf8 = new TextEncoder();

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
    if (!place.encrypted) return this.#leaf(leaf.type, utf8.encode(leaf.text), place);
    if (leaf.type !== 'str') throw this.#refuse('MAYFLY_SOPS_VALUE_PLAIN', place);
    // The empty text is the one value that SOPS never encrypts.
    return leaf.text === ''
      ? this.#leaf('str', new Uint8Array(0), place)
      : this.#open(leaf.text, place);
  }

  /** A comment that does not decrypt is kept as it stands, as SOPS does: nothing vouches for comments. */
  comment(comment: SourceComment, place: LeafPlace): SecretComment {
    const value = place.encrypted ? parseEncryptedValue(comment.text) : null;
    const plaintext = value === null ? null : this.#cipher.open(value, place.additionalData);
    if (plaintext === null || value === null) {
      return this.#comment(utf8.encode(comment.text), comment.inline);
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
