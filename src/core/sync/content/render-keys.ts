import { createError } from '../../errors/mayfly-error.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';
import type { SecretMap } from '../../secret/secret-tree.ts';
import { parseTemplate } from '../../template/parse-template.ts';
import { renderTemplate } from '../../template/render-template.ts';
import type { Template } from '../../template/template.ts';

/**
 * Reads the template of one key of a Secret. Throws what `parseTemplate` does, and `MAYFLY_TEMPLATE_PATH` for one that
 * reads from a store: there is none here.
 */
export function parseKeyTemplate(key: string, text: string): Template {
  const template = parseTemplate({ name: key, text });
  if (template.reads.length > 0) {
    const problem = 'is not offered here: write .KEY for a value of the files';
    throw createError('MAYFLY_TEMPLATE_PATH', { template: key, at: '1:1', problem });
  }
  return template;
}

/**
 * Renders templates by key over the values of files, which `.` holds by their keys. The caller wipes both; nothing is
 * left unwiped when it throws what `parseTemplate` and `renderTemplate` do.
 */
export function renderKeys(
  templates: Readonly<Record<string, string>>,
  values: ReadonlyMap<string, SecretBytes>,
  check: (rendered: ReadonlyMap<string, SecretBytes>) => void,
): ReadonlyMap<string, SecretBytes> {
  const root = toMap(values);
  const rendered = new Map<string, SecretBytes>();
  try {
    for (const [key, text] of Object.entries(templates)) {
      rendered.set(key, renderTemplate(parseKeyTemplate(key, text), { root, secrets: new Map() }));
      check(rendered);
    }
    return rendered;
  } catch (error) {
    for (const value of rendered.values()) value.wipe();
    throw error;
  }
}

function toMap(values: ReadonlyMap<string, SecretBytes>): SecretMap {
  return {
    kind: 'map',
    entries: [...values].map(([key, bytes]) => ({
      kind: 'entry',
      key,
      value: { kind: 'value', type: 'str', bytes },
    })),
  };
}
