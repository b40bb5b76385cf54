import { createError } from '#core/errors/mayfly-error.ts';
import { renderFormat } from '#core/format/render-format.ts';
import { parseSecretJson } from '#core/secret/parse-secret-json.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretMap } from '#core/secret/secret-tree.ts';
import type { NewFile } from '#platform/secret-folder/swap-files.ts';
import type { WantedFile } from '../wanted.ts';

const mode = 0o600;

/**
 * Renders the files of a job. The caller wipes their bytes. Throws what formats throw, and `MAYFLY_CI_ANSWER` for a
 * whole secret that is no JSON object.
 */
export function renderFiles(
  files: readonly WantedFile[],
  values: ReadonlyMap<string, SecretBytes>,
): readonly NewFile[] {
  const rendered: NewFile[] = [];
  try {
    for (const file of files) {
      const bytes = renderFile(file, valueOf(values, file.name));
      rendered.push({ path: placeOf(file), mode, bytes });
    }
    return rendered;
  } catch (error) {
    for (const { bytes } of rendered) bytes.wipe();
    throw error;
  }
}

/** What the variable of a file holds: where it is. Container clients are told the folder of their `config.json`. */
export function pathOf(file: WantedFile, folder: string): string {
  return `${folder}/${file.name}`;
}

function placeOf({ name, format }: WantedFile): string {
  return format === 'docker-config' ? `${name}/config.json` : name;
}

function renderFile({ key, format }: WantedFile, value: SecretBytes): SecretBytes {
  if (key !== null) return renderFormat(format, fieldsOf(key, value));
  const fields = parseSecretJson(value.expose());
  if (fields === null) throw createError('MAYFLY_CI_ANSWER', { server: 'the broker' });
  try {
    return renderFormat(format, fields);
  } finally {
    wipeTree(fields);
  }
}

function fieldsOf(key: string, bytes: SecretBytes): SecretMap {
  const value = { kind: 'value', type: 'str', bytes } as const;
  return { kind: 'map', entries: [{ kind: 'entry', key, value }] };
}

/** Whoever asked for a value was given it: see `parseExchanged`. */
export function valueOf(values: ReadonlyMap<string, SecretBytes>, name: string): SecretBytes {
  const value = values.get(name);
  if (value === undefined) throw createError('MAYFLY_INTERNAL_BUG', { where: 'values of a job' });
  return value;
}
