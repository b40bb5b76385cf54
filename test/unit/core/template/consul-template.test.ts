import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { parseTemplate } from '#core/template/parse-template.ts';
import { render, unversioned, versioned } from '#test/support/template/render.ts';
import {
  caseSecrets,
  templateCases,
  type TemplateCase,
} from '../../../../tools/vectors/template-cases.ts';

const file = '../../../vectors/templates/consul-template-0.41.1.json';
const expected = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Record<
  string,
  { readonly output?: string; readonly error?: boolean }
>;

describe('templates, beside the real consul-template', () => {
  it('have an answer of it for every case', () => {
    expect(Object.keys(expected).toSorted()).toEqual(
      templateCases.map(({ name }) => name).toSorted(),
    );
  });

  it.each(templateCases)('render $name alike', (given) => {
    const wanted = expected[given.name];
    expect(renderCase(given)).toEqual(
      wanted?.error === true ? { error: true } : { output: wanted?.output ?? '' },
    );
  });
});

function renderCase({ name, template: text, left, right }: TemplateCase): object {
  const delimiters =
    left === undefined || right === undefined ? {} : { delimiters: { left, right } };
  const source = { name, text, ...delimiters };
  try {
    const reads = parseTemplate(source).reads;
    const secrets = Object.fromEntries(
      reads.map((read) => [read.text, secretAt(read.path)] as const),
    );
    return { output: render(source, { secrets }) };
  } catch (error) {
    if (!isMayflyError(error) || error.kind === 'bug') throw error;
    return { error: true };
  }
}

function secretAt(path: string): ReturnType<typeof versioned> {
  const found = caseSecrets.find((secret) => secret.path === path);
  if (found === undefined) throw new Error(`no secret ${path}`);
  return found.version === null ? unversioned(found.fields) : versioned(found.fields);
}
