import { isDeepStrictEqual } from 'node:util';
import { apiGroup, type KindName, type StoredObject } from '#core/api/object.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { ReflectorChange } from '#core/ports/kube/reflector.ts';

/** What is kept of an object: of its annotations only ours, of its metadata only what is read. */
export function readObject(kind: KindName, object: KubeObject): StoredObject {
  const { metadata, spec, status = {} } = object;
  const { name, namespace = '', uid, resourceVersion, deletionTimestamp } = metadata;
  return {
    kind,
    metadata: {
      namespace,
      name,
      uid,
      resourceVersion,
      generation: metadata.generation ?? 0,
      labels: metadata.labels ?? {},
      annotations: readOwn(metadata.annotations ?? {}),
      creationTimestamp: metadata.creationTimestamp ?? '',
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec,
    status,
  };
}

/** Those of others can be large: `kubectl apply` keeps the whole object in one. */
function readOwn(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(annotations).filter(([key]) => key.startsWith(`${apiGroup}/`));
  return Object.fromEntries(own);
}

/** Whether a change is worth a look: all but those of the status, which we write ourselves. */
export function isNews({ before, after }: ReflectorChange<StoredObject>): boolean {
  if (before === null || after === null) return true;
  return !isDeepStrictEqual(readNews(before), readNews(after));
}

function readNews({ metadata }: StoredObject): readonly unknown[] {
  const { uid, generation, deletionTimestamp, labels, annotations } = metadata;
  return [uid, generation, deletionTimestamp, labels, annotations];
}
