import { refuseVariable } from '#core/format/render-variables.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { Wanted } from '../wanted.ts';
import { pathOf, valueOf } from './render-files.ts';

/**
 * The variables of a job: values, and where files are. Strings cannot be wiped, but an environment is made of
 * strings. Throws `MAYFLY_FORMAT_VARIABLE` for a value that no variable can hold.
 */
export function renderEnvironment(
  { variables, files }: Wanted,
  values: ReadonlyMap<string, SecretBytes>,
  folder: string | null,
): Readonly<Record<string, string>> {
  const entries = variables.map((name): [string, string] => {
    const bytes = valueOf(values, name).expose();
    const refusal = refuseVariable({ key: name, variable: name }, bytes);
    if (refusal !== null) throw refusal;
    return [name, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)];
  });
  const paths = files.map((file) => [file.name, pathOf(file, folder ?? '')] as const);
  return Object.fromEntries([...entries, ...paths]);
}
