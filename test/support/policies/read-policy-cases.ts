import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { validate } from '#core/api/schema/validate.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';

/** One policy of `test/vectors/policies`. */
export interface PolicyCase {
  readonly what: string;
  readonly source: string;
  readonly spec: object;
  /** What it has to be refused with. */
  readonly codes: readonly string[];
}

const casesSchema = Type.Array(
  Type.Object(
    {
      what: Type.String({ minLength: 1 }),
      source: Type.String({ pattern: '^https://' }),
      code: Type.Optional(Type.Array(Type.String())),
      subject: Type.Unknown(),
      paths: Type.Optional(Type.Array(Type.String())),
    },
    { additionalProperties: false },
  ),
);

export function readPolicyCases(file: 'bad' | 'good'): readonly PolicyCase[] {
  const url = new URL(`../../vectors/policies/${file}.yaml`, import.meta.url);
  const parsed = validate(casesSchema, parsePlainYaml(readFileSync(url), url.pathname)[0], file);
  if (parsed.kind === 'invalid') throw new Error(parsed.errors.map(String).join('; '));
  return parsed.value.map(({ what, source, code = [], subject, paths = ['app/release'] }) => ({
    what,
    source,
    codes: code,
    spec: { subjects: [subject], grants: [{ store: 'vault', paths, maxTtl: '15m' }] },
  }));
}
