import { Type } from 'typebox';
import { apiGroup, kindNames, kindResources, unstored, type StoredObject } from './object.ts';
import { validate } from './schema/validate.ts';

const documentSchema = Type.Object({
  apiVersion: Type.String({ pattern: `^${apiGroup}/.*$` }),
  kind: Type.Enum([...kindNames]),
  metadata: Type.Object({
    name: Type.String(),
    namespace: Type.Optional(Type.String()),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
  spec: Type.Optional(Type.Unknown()),
});

/**
 * An object of ours as a file or a cluster has it, in the namespace `default` unless told; null for a document that is
 * none. Its `spec` is not looked at.
 */
export function readDocument(document: unknown): StoredObject | null {
  const parsed = validate(documentSchema, document, 'object');
  if (parsed.kind === 'invalid') return null;
  const { kind, metadata, spec } = parsed.value;
  const { name, namespace = 'default', labels = {} } = metadata;
  const scoped = kindResources[kind].scope === 'Namespaced' ? namespace : '';
  return {
    kind,
    metadata: { name, namespace: scoped, labels, annotations: {}, ...unstored },
    spec,
    status: {},
  };
}
