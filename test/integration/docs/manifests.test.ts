import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkSpec } from '#core/api/check/check-spec.ts';
import { apiGroup } from '#core/api/object.ts';
import { readDocument } from '#core/api/read-document.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { root } from '#tools/steps/run-command.ts';

/** Every manifest in the pages and the examples, with the place where it stands. */
const pages = ['README.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root })];
const examples = globSync('manifests/examples/**/*.yaml', { cwd: root });
const documents = [
  ...pages.flatMap((page) => listBlocks(page).flatMap((text) => listDocuments(page, text))),
  ...examples.flatMap((file) => listDocuments(file, readText(file))),
];
const own = documents.filter(({ document }) => isOurs(document));

function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function listBlocks(page: string): readonly string[] {
  return [...readText(page).matchAll(/^ *```ya?ml\n([^]*?)^ *```$/gmu)].map(
    ([, text]) => text ?? '',
  );
}

function listDocuments(place: string, text: string) {
  return parsePlainYaml(Buffer.from(text), place).map((document) => ({ place, document }));
}

function isOurs(document: unknown): boolean {
  const { apiVersion = '' } = (document ?? {}) as { readonly apiVersion?: string };
  return apiVersion.startsWith(`${apiGroup}/`);
}

describe('the manifests of the pages and examples', () => {
  it('are many, of many pages', () => {
    expect(own.length).toBeGreaterThan(40);
    expect(new Set(own.map(({ place }) => place)).size).toBeGreaterThan(15);
  });

  it.each(own)('are accepted as they stand: $document.kind in $place', ({ document }) => {
    const object = readDocument(document);
    expect(object === null ? ['it is of no kind of ours'] : checkSpec(object)).toEqual([]);
  });
});
