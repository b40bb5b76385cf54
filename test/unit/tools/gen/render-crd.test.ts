import { describe, expect, it } from '@jest/globals';
import { RE2JS } from 're2js';
import { parse } from 'yaml';
import { kinds } from '#tools/gen/kinds.ts';
import { renderCrd } from '#tools/gen/render-crd.ts';

/** What a structural schema may not hold: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/. */
const forbidden = ['$ref', '$id', 'const', 'definitions', 'uniqueItems', 'patternProperties'];

describe.each(kinds.map((kind) => ({ name: kind.kind, crd: renderCrd(kind) })))(
  'the definition of $name',
  ({ name, crd }) => {
    const fields = [...walk(parse(crd))];

    it('is a structural schema', () => {
      expect(fields.filter(([key]) => forbidden.includes(key))).toEqual([]);
      expect(
        fields.filter(([key, value]) => key === 'additionalProperties' && value === false),
      ).toEqual([]);
    });

    it('has patterns that the API server can compile', () => {
      const patterns = fields.filter(
        ([key, value]) => key === 'pattern' && typeof value === 'string',
      );
      expect(patterns.length).toBeGreaterThan(0);
      for (const [, pattern] of patterns) RE2JS.compile(String(pattern));
    });

    it('has a status of its own, short names and the categories', () => {
      expect(parse(crd)).toMatchObject({
        kind: 'CustomResourceDefinition',
        spec: {
          scope: 'Namespaced',
          names: { kind: name, categories: ['mayfly', 'all-secrets'] },
          versions: [{ name: 'v1alpha1', subresources: { status: {} } }],
        },
      });
    });

    it('has no field that names a namespace', () => {
      expect(fields.filter(([key]) => key === 'namespace')).toEqual([]);
    });
  },
);

function* walk(node: unknown): Generator<readonly [string, unknown]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    yield [key, value];
    yield* walk(value);
  }
}
