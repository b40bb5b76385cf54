import { parseTemplate } from '#core/template/parse-template.ts';
import { renderTemplate } from '#core/template/render-template.ts';
import type { TemplateInput, TemplateSource } from '#core/template/template.ts';
import { secretMapOf } from './secret-map.ts';

type Secret = TemplateInput['secrets'] extends ReadonlyMap<string, infer S> ? S : never;

/** A secret of KV 2, from the JSON of its fields. */
export function versioned(json: string): Secret {
  return { fields: secretMapOf(json), version: '3', lease: null };
}

/** A secret as it lies there, from the JSON of its fields. */
export function unversioned(json: string): Secret {
  return { fields: secretMapOf(json), version: null, lease: null };
}

/** Parses and renders a template over the fields of `.` and the secrets that it reads. */
export function render(
  source: string | TemplateSource,
  given: { readonly root?: string; readonly secrets?: Readonly<Record<string, Secret>> } = {},
): string {
  const template = parseTemplate(
    typeof source === 'string' ? { name: 'app.conf', text: source } : source,
  );
  const root = given.root === undefined ? null : secretMapOf(given.root);
  const secrets = new Map(Object.entries(given.secrets ?? {}));
  return new TextDecoder().decode(renderTemplate(template, { root, secrets }).expose());
}
