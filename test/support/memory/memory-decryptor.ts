import { createError } from '#core/errors/mayfly-error.ts';
import type {
  DecryptedFile,
  Decryptor,
  EncryptedFile,
  KeyMaterial,
} from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretNode, type ValueType } from '#core/secret/secret-tree.ts';
import { createPortSteps, type PortSteps } from './port-steps.ts';

/** A {@link Decryptor} of pretended encryption, made with {@link sealFile}. */
export interface MemoryDecryptor extends Decryptor {
  /** Files opened. */
  readonly decryptions: number;
  /** Files that are open and were not wiped. */
  readonly open: number;
}

export interface SealOptions {
  /** The text of the key that opens it. */
  readonly key?: string;
  readonly modifiedAt?: number;
  readonly corrupt?: boolean;
}

const prefix = 'sealed:';

/** The text of a pretended encrypted file with these documents. */
export function sealFile(documents: readonly unknown[], options: SealOptions = {}): string {
  const { key = 'key-1', modifiedAt = 0, corrupt = false } = options;
  return `${prefix}${JSON.stringify({ key, modifiedAt, corrupt, documents })}`;
}

/** A manifest of a Secret with these values, sealed. */
export function sealSecret(
  name: string,
  stringData: Readonly<Record<string, string>>,
  options: SealOptions = {},
): string {
  return sealFile([aManifest(name, stringData)], options);
}

export function aManifest(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
}

export function createMemoryDecryptor(steps: PortSteps = createPortSteps()): MemoryDecryptor {
  const state = { decryptions: 0, open: 0 };

  async function decrypt(
    { path, bytes }: EncryptedFile,
    keys: readonly KeyMaterial[],
  ): Promise<DecryptedFile | null> {
    steps.step('decryptor.decrypt');
    const text = Buffer.from(bytes).toString();
    if (!text.startsWith(prefix)) return null;
    const sealed = JSON.parse(text.slice(prefix.length)) as Required<SealOptions> & {
      documents: unknown[];
    };
    state.decryptions += 1;
    if (sealed.corrupt) throw createError('MAYFLY_SOPS_MAC_MISMATCH', { path });
    if (!keys.some((key) => textOf(key.bytes) === sealed.key)) {
      throw createError('MAYFLY_SOPS_NO_KEY', { path, recipients: 'a test key' });
    }
    const documents = sealed.documents.map(toNode);
    state.open += 1;
    return {
      format: 'yaml',
      documents,
      lastModified: sealed.modifiedAt,
      wipe: () => {
        documents.forEach(wipeTree);
        state.open -= 1;
      },
    };
  }

  return {
    id: 'memory',
    decrypt,
    get decryptions() {
      return state.decryptions;
    },
    get open() {
      return state.open;
    },
  };
}

const types: Readonly<Record<string, ValueType>> = { number: 'int', boolean: 'bool' };

/** A plain value as a decrypted tree. */
export function toNode(value: unknown): SecretNode {
  if (value === null) return { kind: 'null' };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(toNode) };
  if (typeof value === 'object') {
    const entries = Object.entries(value);
    return {
      kind: 'map',
      entries: entries.map(([key, inner]) => ({ kind: 'entry', key, value: toNode(inner) })),
    };
  }
  const type = types[typeof value] ?? 'str';
  return {
    kind: 'value',
    type,
    bytes: SecretBytes.take(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))),
  };
}

function textOf(bytes: SecretBytes): string {
  return Buffer.from(bytes.expose()).toString();
}
