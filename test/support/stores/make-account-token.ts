import type { Cluster } from '#test/support/cluster/create-cluster.ts';

/** A token of a service account of `shop`; without an audience it is for the API server. */
export async function makeAccountToken(
  cluster: Cluster,
  account: string,
  audience: string | null,
): Promise<string> {
  const forWhom = audience === null ? [] : ['--audience', audience];
  const made = await cluster.kubectl(['create', 'token', account, '-n', 'shop', ...forWhom]);
  return made.trim();
}
