import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeCall, KubeName, KubeQuery, KubeResource } from '#core/ports/kube/kube-api.ts';

export type KubeVerb =
  'get' | 'list' | 'watch' | 'create' | 'apply' | 'patch' | 'replace' | 'delete';

/** One call as HTTP will carry it. */
export interface KubeRequest {
  readonly verb: KubeVerb;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
  /** As metrics name the resource: `secrets`, `gitsources.mayfly.dev`. */
  readonly resource: string;
  /** As messages name the call: `get secrets shop/web`. */
  readonly what: string;
  /** The name of the one object that the call is about. */
  readonly name?: string;
}

export interface RequestParts {
  readonly verb: KubeVerb;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly metadataOnly?: boolean | undefined;
  readonly body?: object;
  readonly subresource?: string | undefined;
}

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  apply: 'PATCH',
  patch: 'PATCH',
  replace: 'PUT',
  delete: 'DELETE',
} as const;

const patchTypes: Partial<Record<KubeVerb, string>> = {
  apply: 'application/apply-patch+yaml',
  patch: 'application/merge-patch+json',
};

/** A call about one object. Throws `MAYFLY_KUBE_REFUSED` for a name that would lead to another path. */
export function renderNameRequest(target: KubeName, parts: RequestParts): KubeRequest {
  const { resource, namespace, name } = target;
  const what = `${parts.verb} ${titleOf(resource)} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  const segments = [
    ...segmentsOf(resource, namespace),
    ...(isNew(parts) ? [] : [name]),
    ...(parts.subresource === undefined ? [] : [parts.subresource]),
  ];
  return { ...renderParts(resource, parts), path: renderPath(what, segments, parts), what, name };
}

/** What is only about to be created has no path yet. */
function isNew({ verb, subresource }: RequestParts): boolean {
  return verb === 'create' && subresource === undefined;
}

/** A call about many objects. */
export function renderQueryRequest(query: KubeQuery, parts: RequestParts): KubeRequest {
  const { resource, namespace, labelSelector, fieldSelector } = query;
  const what = `${parts.verb} ${titleOf(resource)}${namespace === undefined ? '' : ` of ${namespace}`}`;
  const path = renderPath(what, segmentsOf(resource, namespace), {
    ...parts,
    query: { labelSelector, fieldSelector, ...parts.query },
  });
  return { ...renderParts(resource, parts), path, what };
}

/**
 * The headers that have the call made as somebody else. The mark tells admission policies that Mayfly wrote, and not
 * whoever it wrote as; nobody may claim it who may not impersonate `userextras/mayfly.dev/writer`.
 */
export function renderImpersonation(as: KubeCall['as']): Record<string, string | string[]> {
  if (as === undefined) return {};
  return {
    'impersonate-user': as.user,
    ...(as.groups.length === 0 ? {} : { 'impersonate-group': [...as.groups] }),
    'impersonate-extra-mayfly.dev%2fwriter': 'mayfly',
  };
}

function renderParts(
  resource: KubeResource,
  { verb, metadataOnly = false, body }: RequestParts,
): Pick<KubeRequest, 'verb' | 'method' | 'headers' | 'resource' | 'body'> {
  const partial = `PartialObjectMetadata${verb === 'list' ? 'List' : ''}`;
  const accept = `application/json${metadataOnly ? `;as=${partial};g=meta.k8s.io;v=v1` : ''}`;
  const type = patchTypes[verb] ?? 'application/json';
  return {
    verb,
    method: methods[verb],
    headers: { accept, ...(body !== undefined && { 'content-type': type }) },
    resource: titleOf(resource),
    ...(body !== undefined && { body }),
  };
}

function titleOf({ group, plural }: KubeResource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function segmentsOf({ group, version, plural }: KubeResource, namespace?: string): string[] {
  const root = group === '' ? ['api', version] : ['apis', group, version];
  return [...root, ...(namespace === undefined ? [] : ['namespaces', namespace]), plural];
}

function renderPath(
  what: string,
  segments: readonly string[],
  { query = {} }: RequestParts,
): string {
  if (segments.some((segment) => /^\.{0,2}$|^.*[/%].*$/su.test(segment))) {
    throw createError('MAYFLY_KUBE_REFUSED', { what, reason: 'a name that no object can have' });
  }
  const path = segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.append(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}
