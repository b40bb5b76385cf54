import type { KubeApi, KubeObject, KubeQuery } from '#core/ports/kube/kube-api.ts';

const pageLimit = 200;

/** Every object that a query finds, page by page. */
export async function listPages(
  api: KubeApi,
  query: KubeQuery,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const items: KubeObject[] = [];
  let page = await api.list(query, { signal, limit: pageLimit });
  items.push(...page.items);
  while (page.next !== undefined) {
    page = await api.list(query, { signal, limit: pageLimit, next: page.next });
    items.push(...page.items);
  }
  return items;
}
