import {
  apiGroup,
  apiVersion,
  kindResources,
  type KindName,
  type ObjectRef,
} from '#core/api/object.ts';
import type { KubeName, KubeResource } from '#core/ports/kube/kube-api.ts';

/** A kind of ours as the API spells it. */
export function renderResource(kind: KindName): KubeResource {
  const version = apiVersion.slice(apiGroup.length + 1);
  return { group: apiGroup, version, plural: kindResources[kind].plural, kind };
}

/** An object of ours as the API names it. */
export function renderTarget({ kind, namespace, name }: ObjectRef): KubeName {
  const resource = renderResource(kind);
  return { resource, name, ...(namespace === '' ? {} : { namespace }) };
}
