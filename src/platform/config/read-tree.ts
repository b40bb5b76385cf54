import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { isRecord } from '#core/text/read-field.ts';
import { refuse, refuseUnknown, type Reading } from './parse-value.ts';
import { configurationSchema } from './schema.ts';
import { readNode } from './schema-node.ts';

export interface ConfigurationFile {
  /** As messages name it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface FileTree extends Reading {
  readonly tree: Record<string, unknown>;
}

/** The file as a tree without unknown sections and settings; what is wrong is added to `errors`. */
export function readTree(file: ConfigurationFile | null, errors: MayflyError[]): FileTree {
  const reading = { place: file?.name ?? '', errors, tree: {} };
  if (file === null) return reading;
  const document = readDocument(file, reading);
  if (document === null || document === undefined) return reading;
  if (!isRecord(document)) {
    refuse(reading, 'the file', 'must be one map of settings');
    return reading;
  }
  refuseUnknownKeys(reading, configurationSchema, { key: '', raw: document });
  return { ...reading, tree: document };
}

function readDocument(file: ConfigurationFile, reading: Reading): unknown {
  try {
    const documents = parsePlainYaml(file.bytes, file.name);
    if (documents.length > 1) refuse(reading, 'the file', 'must be one document');
    return documents[0];
  } catch (error) {
    if (!isMayflyError(error)) throw error;
    reading.errors.push(error);
    return null;
  }
}

/** Sections only: what is inside a setting is checked when it is read. */
function refuseUnknownKeys(
  reading: Reading,
  schema: object,
  at: { readonly key: string; readonly raw: unknown },
): void {
  const node = readNode(schema);
  if (node.kind !== 'section' || at.raw === null) return;
  if (!isRecord(at.raw)) {
    refuse(reading, at.key, 'must be a map of settings');
    return;
  }
  const { raw } = at;
  refuseUnknown(reading, Object.keys(node.fields), { key: at.key, names: Object.keys(raw) });
  for (const [name, field] of Object.entries(node.fields)) {
    const key = at.key === '' ? name : `${at.key}.${name}`;
    if (Object.hasOwn(raw, name)) refuseUnknownKeys(reading, field, { key, raw: raw[name] });
  }
}
