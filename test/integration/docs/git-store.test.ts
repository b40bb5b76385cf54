import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { checkSpec } from '#core/api/check/check-spec.ts';
import { readDocument } from '#core/api/read-document.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { root } from '#tools/steps/run-command.ts';

it('the objects of docs/git-store.md and of the examples of stores are right', async () => {
  const page = await readFile(join(root, 'docs/git-store.md'), 'utf8');
  const block = /^```yaml\n([^]*?)^```$/mu.exec(page)?.[1] ?? '';
  const examples = await readFile(join(root, 'manifests/examples/stores.yaml'), 'utf8');
  const objects = [block, examples]
    .flatMap((text) => parsePlainYaml(Buffer.from(text), 'page'))
    .flatMap((document) => readDocument(document) ?? []);
  expect(objects.map(({ kind }) => kind)).toEqual([
    'GitSource',
    'Store',
    'ClusterStore',
    'TenantPolicy',
    'Store',
    'GitSource',
    'Store',
  ]);
  expect(objects.flatMap(checkSpec)).toEqual([]);
});
