import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { isObjectName, isSecretKey } from '../../api/names.ts';
import type { DesiredSecret } from '../../ports/secret-sink.ts';
import { SecretBytes } from '../../secret/secret-bytes.ts';
import type { SecretEntry, SecretMap, SecretNode } from '../../secret/secret-tree.ts';
import { decodeBase64 } from './base64.ts';
import { checkAnnotations, checkLabels, checkSecretType } from '../metadata-rules.ts';
import { copyValue, entriesOf, readName } from './node-reading.ts';

/** Where a manifest stands, for messages, and the namespace it has to be for. */
export interface ManifestPlace {
  readonly path: string;
  /** Counted from 1. */
  readonly document: number;
  readonly namespace: string;
}

const knownFields: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'type',
  'data',
  'stringData',
]);
const knownMetadata: ReadonlySet<string> = new Set(['name', 'namespace', 'labels', 'annotations']);

/**
 * Reads a decrypted manifest of `kind: Secret`. The caller wipes the values of what it gets.
 *
 * Throws `MAYFLY_SYNC_MANIFEST_INVALID` for what is malformed and `MAYFLY_SYNC_MANIFEST_REFUSED` for another
 * namespace, a type that is not allowed, finalizers, owner references, `immutable` and metadata of other controllers.
 */
export function readManifest(document: SecretNode, place: ManifestPlace): DesiredSecret {
  if (document.kind !== 'map') throw malformed(place, 'the document', 'is not a map');
  const fields = readFields(document, place, { known: knownFields, at: '' });
  if (readName(fields.get('apiVersion')) !== 'v1' || readName(fields.get('kind')) !== 'Secret') {
    throw malformed(place, 'kind', 'is not a v1 Secret');
  }
  const metadata = readMetadata(fields.get('metadata'), place);
  const type = fields.has('type') ? readName(fields.get('type')) : 'Opaque';
  if (type === null) throw malformed(place, 'type', 'is not a text');
  for (const { field, problem } of checkSecretType(type, 'type'))
    throw refused(place, field, problem);
  return { ...metadata, type, values: readValues(fields, place) };
}

interface Known {
  readonly known: ReadonlySet<string>;
  /** Path of the map, with its dot. */
  readonly at: string;
}

function readFields(
  map: SecretMap,
  place: ManifestPlace,
  { known, at }: Known,
): ReadonlyMap<string, SecretNode> {
  const fields = new Map<string, SecretNode>();
  for (const { key, value } of entriesOf(map)) {
    if (!known.has(key)) throw refused(place, `${at}${key}`, 'is not accepted here');
    fields.set(key, value);
  }
  return fields;
}

type Metadata = Pick<DesiredSecret, 'namespace' | 'name' | 'labels' | 'annotations'>;

function readMetadata(node: SecretNode | undefined, place: ManifestPlace): Metadata {
  if (node?.kind !== 'map') throw malformed(place, 'metadata', 'is not a map');
  const fields = readFields(node, place, { known: knownMetadata, at: 'metadata.' });
  const name = readName(fields.get('name'));
  if (name === null || !isObjectName(name)) {
    throw malformed(place, 'metadata.name', 'is not a lower-case DNS name');
  }
  if (fields.has('namespace') && readName(fields.get('namespace')) !== place.namespace) {
    throw refused(place, 'metadata.namespace', `is not ${place.namespace}`);
  }
  const labels = readTexts(fields.get('labels'), place, 'metadata.labels');
  const annotations = readTexts(fields.get('annotations'), place, 'metadata.annotations');
  const problems = [
    ...checkLabels(labels, 'metadata.labels'),
    ...checkAnnotations(annotations, 'metadata.annotations'),
  ];
  for (const { field, problem } of problems) throw refused(place, field, problem);
  return { namespace: place.namespace, name, labels, annotations };
}

function readTexts(
  node: SecretNode | undefined,
  place: ManifestPlace,
  at: string,
): Readonly<Record<string, string>> {
  if (node === undefined || node.kind === 'null') return {};
  if (node.kind !== 'map') throw malformed(place, at, 'is not a map');
  const texts = entriesOf(node).map(({ key, value }): [string, string] => {
    const text = value.kind === 'value' && value.type === 'str' ? readName(value) : null;
    if (text === null) throw malformed(place, `${at}.${key}`, 'is not a text');
    return [key, text];
  });
  return Object.fromEntries(texts);
}

/** `stringData` wins over `data`, as in Kubernetes. */
function readValues(
  fields: ReadonlyMap<string, SecretNode>,
  place: ManifestPlace,
): ReadonlyMap<string, SecretBytes> {
  const values = new Map<string, SecretBytes>();
  try {
    for (const at of ['data', 'stringData'] as const) {
      for (const entry of readEntries(fields.get(at), place, at)) {
        values.get(entry.key)?.wipe();
        values.set(entry.key, readValue(entry, place, at));
      }
    }
  } catch (error) {
    for (const value of values.values()) value.wipe();
    throw error;
  }
  if (values.size === 0) throw createError('MAYFLY_SYNC_EMPTY', { path: place.path });
  return values;
}

function readEntries(
  node: SecretNode | undefined,
  place: ManifestPlace,
  at: string,
): readonly SecretEntry[] {
  if (node === undefined || node.kind === 'null') return [];
  if (node.kind !== 'map') throw malformed(place, at, 'is not a map');
  return entriesOf(node);
}

function readValue(
  { key, value }: SecretEntry,
  place: ManifestPlace,
  at: 'data' | 'stringData',
): SecretBytes {
  if (!isSecretKey(key)) throw createError('MAYFLY_SYNC_KEY_NAME', { path: place.path, key });
  const copy = copyValue(value);
  if (copy === null) throw malformed(place, `${at}.${key}`, 'is not one value');
  if (at === 'stringData') return copy;
  const decoded = decodeBase64(copy.expose());
  copy.wipe();
  if (decoded === null) throw malformed(place, `data.${key}`, 'is not base64');
  return SecretBytes.take(decoded);
}

function malformed({ path, document }: ManifestPlace, field: string, problem: string): MayflyError {
  return createError('MAYFLY_SYNC_MANIFEST_INVALID', { path, document, field, problem });
}

function refused({ path, document }: ManifestPlace, field: string, problem: string): MayflyError {
  return createError('MAYFLY_SYNC_MANIFEST_REFUSED', { path, document, field, problem });
}
