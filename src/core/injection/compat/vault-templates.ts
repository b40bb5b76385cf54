import type { VaultRow } from './vault-annotation-table.ts';

/** One annotation of the other injector. */
export interface VaultAnnotation {
  readonly annotation: string;
  readonly row: VaultRow;
  /** Behind the name of the row; empty where nothing stands there. */
  readonly tail: string;
  readonly value: string;
}

/** The template of each secret, by its name as it was written. */
export function renderVaultTemplates(
  found: readonly VaultAnnotation[],
  single: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const isJson = single.get('agent-inject-default-template') === 'json';
  const templates = new Map<string, string>();
  for (const { row, tail, value } of found) {
    if (row.name !== 'agent-inject-secret' || value.trim() === '') continue;
    const path = JSON.stringify(value);
    const body = isJson
      ? '{{ .Data | toJSON }}\n'
      : '{{ range $k, $v := .Data }}{{ $k }}: {{ $v }}\n{{ end }}';
    templates.set(tail, `{{ with secret ${path} }}${body}{{ end }}`);
  }
  for (const { row, tail, value } of found) {
    if (row.name === 'agent-inject-template' && value.trim() !== '') templates.set(tail, value);
  }
  return templates;
}
