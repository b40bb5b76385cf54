import { apiVersion, kindResources } from '#core/api/object.ts';
import type { KindDescriptor } from './kinds.ts';
import { toJson } from './to-structural.ts';

const text = { type: 'string' };
const texts = { type: 'object', additionalProperties: text };

/** The JSON Schema of a manifest of a kind, for editors and for checks before anything is deployed. */
export function renderJsonSchema(kind: KindDescriptor): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `${kind.kind} (${apiVersion})`,
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: apiVersion },
      kind: { const: kind.kind },
      metadata: {
        type: 'object',
        required: ['name'],
        properties: {
          name: text,
          ...(kindResources[kind.kind].scope === 'Cluster' ? {} : { namespace: text }),
          labels: texts,
          annotations: texts,
        },
      },
      spec: toJson(kind.spec),
      status: { type: 'object', description: 'Written by Mayfly.' },
    },
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
