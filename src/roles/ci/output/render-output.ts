import type { Exchanged } from '#core/broker/client/exchange.ts';
import { renderFormat } from '#core/format/render-format.ts';
import { renderShellEnv } from '#core/format/render-variables.ts';
import { encodeText } from '#core/format/utf8.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretEntry, SecretMap } from '#core/secret/secret-tree.ts';
import type { Wanted } from '../wanted.ts';
import { pathOf, valueOf } from './render-files.ts';

/** How what was exchanged is printed. */
export const outputs = ['dotenv', 'shell', 'json'] as const;
export type Output = (typeof outputs)[number];

/** Variables, and where files are. */
interface Printed {
  readonly wanted: Wanted;
  readonly exchanged: Exchanged;
  readonly folder: string | null;
}

/** Renders what is printed. The caller wipes it. Throws what formats throw for a value that they cannot hold. */
export function renderOutput(output: Output, printed: Printed): SecretBytes {
  const values = listValues(printed);
  try {
    return render(output, values, printed.exchanged);
  } finally {
    for (const value of values.values()) value.wipe();
  }
}

function listValues({ wanted, exchanged, folder }: Printed): ReadonlyMap<string, SecretBytes> {
  const variables = wanted.variables.map(
    (name) => [name, valueOf(exchanged.values, name).copy()] as const,
  );
  const files = wanted.files.map(
    (file) => [file.name, SecretBytes.take(encodeText(pathOf(file, folder ?? '')))] as const,
  );
  return new Map([...variables, ...files]);
}

function render(
  output: Output,
  values: ReadonlyMap<string, SecretBytes>,
  { leaseId, expiresAt, auditId }: Exchanged,
): SecretBytes {
  if (output === 'dotenv') return renderFormat('env', mapOf(values));
  if (output === 'shell') return renderShellEnv(listVariables(values));
  const told = { leaseId, expiresAt: new Date(expiresAt).toISOString(), auditId };
  const head = Object.entries(told).map(([key, text]) =>
    entryOf(key, SecretBytes.take(encodeText(text))),
  );
  const entries = [...head, { kind: 'entry', key: 'values', value: mapOf(values) } as const];
  return renderFormat('json', { kind: 'map', entries });
}

function listVariables(
  values: ReadonlyMap<string, SecretBytes>,
): Parameters<typeof renderShellEnv>[0] {
  return [...values].map(([name, value]) => ({ key: name, variable: name, optional: true, value }));
}

function mapOf(values: ReadonlyMap<string, SecretBytes>): SecretMap {
  return { kind: 'map', entries: [...values].map(([key, bytes]) => entryOf(key, bytes)) };
}

function entryOf(key: string, bytes: SecretBytes): SecretEntry {
  return { kind: 'entry', key, value: { kind: 'value', type: 'str', bytes } };
}
