import { readNode, readNotes } from './schema-node.ts';

/** One setting, under the same key in the file, the environment and the flags. */
export interface Setting {
  /** `git.limits.fileBytes` */
  readonly key: string;
  /** `MAYFLY_GIT_LIMITS_FILE_BYTES` */
  readonly variable: string;
  readonly schema: object;
  readonly description: string;
  /** As an administrator would write it; absent when the setting may be left out. */
  readonly default?: string;
  /** Has too much structure for a variable or a flag. */
  readonly isFileOnly: boolean;
}

/** Every setting below a section, in the order of the schema. */
export function listSettings(schema: object, prefix = ''): readonly Setting[] {
  const node = readNode(schema);
  if (node.kind !== 'section') return [describeSetting(schema, prefix)];
  return Object.entries(node.fields).flatMap(([name, field]) =>
    listSettings(field, prefix === '' ? name : `${prefix}.${name}`),
  );
}

function describeSetting(schema: object, key: string): Setting {
  const notes = readNotes(schema);
  const node = readNode(schema);
  const isListOfLeaves = node.kind === 'list' && readNode(node.items).kind === 'leaf';
  return {
    key,
    variable: renderVariable(key),
    schema,
    description: notes.description ?? '',
    ...(notes.default === undefined ? {} : { default: notes.default }),
    isFileOnly: node.kind !== 'leaf' && !isListOfLeaves,
  };
}

/** `broker.maxTtl` is `MAYFLY_BROKER_MAX_TTL`. */
function renderVariable(key: string): string {
  const words = key.replaceAll('.', '_').replaceAll(/(?<=[a-z0-9])[A-Z]/gu, '_$&');
  return `MAYFLY_${words.toUpperCase()}`;
}
