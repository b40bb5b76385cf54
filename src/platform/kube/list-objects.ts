import type { KubeApi, KubeObject, KubeQuery } from '#core/ports/kube/kube-api.ts';

/** A status lists up to 500 Secrets: more objects at once would be a large answer. */
const pageLimit = 100;

/** Every object that a query finds, page by page. The signal ends it, also where a list never comes to its end. */
export async function* listObjects(
  api: Pick<KubeApi, 'list'>,
  query: KubeQuery,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<KubeObject> {
  let page = await api.list(query, { signal, limit: pageLimit });
  yield* page.items;
  while (page.next !== undefined) {
    page = await api.list(query, { signal, limit: pageLimit, next: page.next });
    yield* page.items;
  }
}
