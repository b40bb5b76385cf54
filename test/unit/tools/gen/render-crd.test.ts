import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { kindResources } from '#core/api/object.ts';
import { kinds } from '#tools/gen/kinds.ts';
import { renderCrd } from '#tools/gen/render-crd.ts';

/** What a structural schema may not hold: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/. */
const forbidden = ['$ref', '$id', 'const', 'definitions', 'uniqueItems', 'patternProperties'];

describe.each(
  kinds.map((kind) => ({
    name: kind.kind,
    crd: renderCrd(kind),
    scope: kindResources[kind.kind].scope,
  })),
)('the definition of $name', ({ name, crd, scope }) => {
  const fields = [...walk(parse(crd))];

  it('is a structural schema', () => {
    expect(fields.filter(([key]) => forbidden.includes(key))).toEqual([]);
    expect(
      fields.filter(([key, value]) => key === 'additionalProperties' && value === false),
    ).toEqual([]);
  });

  it('asks with a rule and our words what would be answered with a bare pattern or count', () => {
    const bare = ['pattern', 'minProperties'];
    expect(fields.filter(([key]) => bare.includes(key))).toEqual([]);
    const rules = fields.flatMap(([key, value]) =>
      key === 'x-kubernetes-validations' && Array.isArray(value) ? (value as unknown[]) : [],
    );
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) expect(rule).toHaveProperty('message');
  });

  it('has a status of its own, short names and the categories', () => {
    expect(parse(crd)).toMatchObject({
      kind: 'CustomResourceDefinition',
      spec: {
        scope,
        names: { kind: name, categories: ['mayfly', 'all-secrets'] },
        versions: [{ name: 'v1alpha1', subresources: { status: {} } }],
      },
    });
  });

  it('has a new object be in progress before it is seen', () => {
    expect(fields).toContainEqual(['default', { observedGeneration: -1 }]);
  });

  it('has no field that names a namespace', () => {
    expect(fields.filter(([key]) => key === 'namespace')).toEqual([]);
  });
});

function* walk(node: unknown): Generator<readonly [string, unknown]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    yield [key, value];
    yield* walk(value);
  }
}
