import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { kindResources, type KindName, type StoredObject } from '#core/api/object.ts';
import { parseTokenIssuer } from '#core/api/token-issuer.ts';
import { lintPolicy } from '#core/trust/lint/lint-policy.ts';
import { root } from '#test/support/arch/source-files.ts';

const folder = join(root, 'docs/ci');
const pages = readdirSync(folder).map((page) => ({
  page,
  objects: readObjects(readFileSync(join(folder, page), 'utf8')),
}));

/** The objects in the examples of a page. */
function readObjects(text: string): readonly StoredObject[] {
  const blocks = [...text.matchAll(/^```yaml\n([^]*?)^```$/gmu)].map((match) => match[1] ?? '');
  const documents = blocks
    .flatMap((block) => parseAllDocuments(block))
    .map((one) => {
      expect(one.errors).toEqual([]);
      return one.toJS() as Partial<StoredObject>;
    });
  return documents.filter(isObject);
}

function isObject(found: Partial<StoredObject>): found is StoredObject {
  const kind = (found.kind ?? '') as KindName;
  return Object.hasOwn(kindResources, kind);
}

it.each(pages)(
  'docs/ci/$page has an issuer and a policy that nothing is wrong with',
  ({ objects }) => {
    expect(objects.map(({ kind }) => kind)).toEqual(['TokenIssuer', 'AccessPolicy']);
    const [issuer, policy] = objects;
    if (issuer === undefined || policy === undefined) throw new Error('there is no example');
    const parsedIssuer = parseTokenIssuer(issuer);
    expect(parsedIssuer.kind === 'invalid' ? parsedIssuer.errors : []).toEqual([]);
    const parsed = parseAccessPolicy(policy);
    if (parsed.kind === 'invalid') throw parsed.errors[0] ?? new Error('the policy is invalid');
    expect(lintPolicy(parsed.value)).toEqual([]);
    const names = parsed.value.subjects.map((subject) => subject.issuer);
    expect(names).toEqual([issuer.metadata.name]);
  },
);
