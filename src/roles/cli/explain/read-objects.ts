import { join } from 'node:path';
import { Type } from 'typebox';
import { apiGroup, kindNames, kindResources, type StoredObject } from '#core/api/object.ts';
import { ownResources } from '#core/api/kube-resources.ts';
import { validate } from '#core/api/schema/validate.ts';
import { parseStore, type Store } from '#core/api/store.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import { viewPolicy, type PolicyView } from '#core/tenancy/policy-view.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { listYamlFiles } from '#platform/folders/list-yaml-files.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';
import { listPages } from '../detach/list-pages.ts';

/** What a pod is decided by besides itself. */
export interface PodWorld {
  readonly stores: readonly Store[];
  readonly policies: readonly PolicyView[];
  /** The labels of namespaces. */
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const maxFileBytes = 5 * 1024 * 1024;

/** The documents of every YAML file of a folder. Throws what is wrong with the first bad one. */
export async function readFolder(folder: string): Promise<readonly unknown[]> {
  const { files, faults } = await listYamlFiles(folder);
  const [fault] = faults;
  if (fault !== undefined) throw fault.error;
  const documents: unknown[] = [];
  for (const { path } of files) {
    const bytes = await readFileBounded(join(folder, path), maxFileBytes);
    documents.push(...parsePlainYaml(bytes, path));
  }
  return documents;
}

/** The same from a cluster, with the rights of the person. */
export async function readClusterObjects(
  api: KubeApi,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const kind of ['Store', 'ClusterStore', 'TenantPolicy'] as const) {
    const scope = kindResources[kind].scope === 'Namespaced' ? { namespace } : {};
    const objects = await listPages(api, { resource: ownResources[kind], ...scope }, signal);
    found.push(...objects.map((object) => ({ ...object, apiVersion: `${apiGroup}/`, kind })));
  }
  const resource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
  const own = await api.get({ resource, name: namespace }, { signal });
  return own === null ? found : [...found, { ...own, kind: 'Namespace' }];
}

const textMap = Type.Optional(Type.Record(Type.String(), Type.String()));
const objectSchema = Type.Object({
  apiVersion: Type.Optional(Type.String()),
  kind: Type.String(),
  metadata: Type.Object({
    name: Type.String(),
    namespace: Type.Optional(Type.String()),
    labels: textMap,
  }),
  spec: Type.Optional(Type.Unknown()),
});

/** What these documents say about stores, policies and namespaces; throws when a Store or a policy is wrong. */
export function readWorld(documents: readonly unknown[]): PodWorld {
  const stores: Store[] = [];
  const policies: PolicyView[] = [];
  const labels = new Map<string, Readonly<Record<string, string>>>();
  for (const document of documents) {
    const parsed = validate(objectSchema, document, 'object');
    if (parsed.kind === 'invalid') continue;
    const { kind, metadata } = parsed.value;
    if (kind === 'Namespace') labels.set(metadata.name, metadata.labels ?? {});
    const object = toStored(parsed.value);
    if (object?.kind === 'TenantPolicy') policies.push(viewPolicy(object));
    if (object?.kind === 'Store' || object?.kind === 'ClusterStore') stores.push(takeStore(object));
  }
  return { stores, policies, labels };
}

function takeStore(object: StoredObject): Store {
  const parsed = parseStore(object);
  if (parsed.kind === 'valid') return parsed.value;
  throw parsed.errors[0] ?? new Error('an invalid store has an error');
}

function toStored(document: Type.Static<typeof objectSchema>): StoredObject | null {
  const { apiVersion = '', metadata, spec } = document;
  const kind = kindNames.find((known) => known === document.kind);
  if (kind === undefined || !apiVersion.startsWith(`${apiGroup}/`)) return null;
  const { name, namespace = 'default', labels = {} } = metadata;
  const version = { uid: '', resourceVersion: '', generation: 0, creationTimestamp: '' };
  const scoped = kindResources[kind].scope === 'Namespaced' ? namespace : '';
  return {
    kind,
    metadata: { name, namespace: scoped, labels, annotations: {}, ...version },
    spec,
    status: {},
  };
}
