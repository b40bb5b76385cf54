import { createError } from '../../errors/mayfly-error.ts';
import { isSecretKey } from '../../api/names.ts';
import type { SecretTarget } from '../../api/ephemeral-secret.ts';
import type { DecryptedFile } from '../../ports/decryptor.ts';
import type { FileRenderer } from '../../ports/file-renderer.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';
import type { SecretMap, SecretNode } from '../../secret/secret-tree.ts';
import { copyValue, entriesOf, findNode } from './node-reading.ts';

/** One decrypted file, and how it is called. */
export interface OpenFile {
  readonly file: DecryptedFile;
  readonly path: string;
  /** The path below the EphemeralSecret's; empty when that is the file itself. */
  readonly below: string;
}

/** One key of a Secret with the value it gets. The caller wipes it. */
export type KeyValue = readonly [key: string, value: SecretBytes];

/**
 * The keys that one file gives to a Secret. Nothing is left unwiped when it throws: `MAYFLY_SYNC_KEY_NAME`,
 * `MAYFLY_SYNC_VALUE_MISSING` and `MAYFLY_SYNC_VALUE_NESTED`.
 */
export function collectValues(
  open: OpenFile,
  target: SecretTarget,
  render: FileRenderer,
): readonly KeyValue[] {
  if (target.from === 'file') return [wholeFile(open, render)];
  const found = target.from === 'keys' ? pickNodes(open, target) : topNodes(open, target.from);
  const values: KeyValue[] = [];
  try {
    for (const { key, at, node } of found) {
      checkKey(open.path, key);
      values.push([key, copyOrRefuse(node, open.path, at)]);
    }
  } catch (error) {
    for (const [, value] of values) value.wipe();
    throw error;
  }
  return values;
}

interface FoundNode {
  readonly key: string;
  /** How messages name the place. */
  readonly at: string;
  readonly node: SecretNode;
}

function wholeFile({ file, path }: OpenFile, render: FileRenderer): KeyValue {
  const key = path.slice(path.lastIndexOf('/') + 1);
  checkKey(path, key);
  return [key, render(file)];
}

function pickNodes({ file, path, below }: OpenFile, { keys }: SecretTarget): readonly FoundNode[] {
  const root = soleDocument(file, path);
  return keys
    .filter((pick) => below === '' || pick.file === below)
    .map(({ key, valuePath }) => {
      const node = findNode(root, valuePath);
      const at = valuePath.join('.');
      if (node === null) throw createError('MAYFLY_SYNC_VALUE_MISSING', { path, valuePath: at });
      return { key, at, node };
    });
}

function topNodes({ file, path }: OpenFile, from: SecretTarget['from']): readonly FoundNode[] {
  const root = soleDocument(file, path);
  if (root.kind !== 'map') {
    throw createError('MAYFLY_SYNC_VALUE_NESTED', { path, valuePath: 'the top' });
  }
  return from === 'ini' ? iniNodes(root) : mapNodes(root, '');
}

/** The section that a file has before its first header is called DEFAULT and gives no prefix. */
function iniNodes(root: SecretMap): readonly FoundNode[] {
  return entriesOf(root).flatMap(({ key, value }) => {
    if (value.kind !== 'map') return [{ key, at: key, node: value }];
    return mapNodes(value, key === 'DEFAULT' ? '' : `${key}.`);
  });
}

function mapNodes(map: SecretMap, prefix: string): readonly FoundNode[] {
  return entriesOf(map).map(({ key, value }) => {
    const name = `${prefix}${key}`;
    return { key: name, at: name, node: value };
  });
}

function soleDocument(file: DecryptedFile, path: string): SecretNode {
  const [root, ...others] = file.documents;
  if (root !== undefined && others.length === 0) return root;
  throw createError('MAYFLY_SYNC_VALUE_NESTED', { path, valuePath: 'the top (several documents)' });
}

function copyOrRefuse(node: SecretNode, path: string, at: string): SecretBytes {
  const copy = copyValue(node);
  if (copy === null) throw createError('MAYFLY_SYNC_VALUE_NESTED', { path, valuePath: at });
  return copy;
}

function checkKey(path: string, key: string): void {
  if (!isSecretKey(key)) throw createError('MAYFLY_SYNC_KEY_NAME', { path, key });
}
