import { Type } from 'typebox';
import type { StoredObject } from '../api/object.ts';
import { readDocument } from '../api/read-document.ts';
import { validate } from '../api/schema/validate.ts';
import { parseStore, type Store } from '../api/store.ts';
import { createError } from '../errors/mayfly-error.ts';
import { doesPolicySelect, viewPolicy, type PolicyView } from '../tenancy/policy-view.ts';
import type { InjectionContext } from './injection-context.ts';
import type { InjectionSettings } from './settings.ts';

/** What pods are decided by besides themselves, as documents say it. */
export interface PodWorld {
  readonly stores: readonly Store[];
  readonly policies: readonly PolicyView[];
  /** The labels of namespaces. */
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const textMap = Type.Optional(Type.Record(Type.String(), Type.String()));
const namespaceSchema = Type.Object({
  kind: Type.Literal('Namespace'),
  metadata: Type.Object({ name: Type.String(), labels: textMap }),
});

/** What these documents say about stores, policies and namespaces; throws when a Store or a policy is wrong. */
export function readPodWorld(documents: readonly unknown[]): PodWorld {
  const objects = documents.flatMap((document) => readDocument(document) ?? []);
  const namespaces = documents.flatMap((document) => {
    const parsed = validate(namespaceSchema, document, 'object');
    return parsed.kind === 'valid' ? [parsed.value] : [];
  });
  return {
    stores: objects
      .filter(({ kind }) => kind === 'Store' || kind === 'ClusterStore')
      .map(takeStore),
    policies: objects.filter(({ kind }) => kind === 'TenantPolicy').map(viewPolicy),
    labels: new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}])),
  };
}

function takeStore(object: StoredObject): Store {
  const parsed = parseStore(object);
  if (parsed.kind === 'valid') return parsed.value;
  throw parsed.errors[0] ?? createError('MAYFLY_INTERNAL_BUG', { where: 'an invalid store' });
}

/** What holds for the pods of one namespace. */
export function renderContext(
  { stores, policies, labels }: PodWorld,
  name: string,
  settings: InjectionSettings,
): InjectionContext {
  const namespace = { name, labels: labels.get(name) ?? {} };
  return {
    namespace,
    settings,
    policies: policies.filter((view) => doesPolicySelect(view, namespace)),
    findStore: (wanted) =>
      stores.find(
        (store) => store.name === wanted && (store.namespace === '' || store.namespace === name),
      ) ?? null,
  };
}
