import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requirePart } from '#test/support/parts.ts';
import { caseSecrets, templateCases } from './template-cases.ts';

/** Makes the vectors of `test/vectors/templates` anew with the real consul-template. */
const folder = join(import.meta.dirname, '..', '..', 'test', 'vectors', 'templates');
const program = await requirePart('consul-template-render');

/** The secrets stay text, so that no number is rounded on the way. */
const secrets = caseSecrets.map(({ path, fields, version }) => {
  const held = version === null ? fields : `{"data":${fields},"metadata":{"version":${version}}}`;
  return `${JSON.stringify(path)}:${held}`;
});
const cases = templateCases.map(
  (made) => `${JSON.stringify(made).slice(0, -1)},"secrets":{${secrets.join(',')}}}`,
);
const results = execFileSync(program, { input: `[${cases.join(',')}]`, encoding: 'utf8' });
writeFileSync(join(folder, 'consul-template-0.41.1.json'), results);
process.stdout.write(`${templateCases.length} templates rendered\n`);
