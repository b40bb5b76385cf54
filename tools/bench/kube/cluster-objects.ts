import type { Cluster } from '#test/support/cluster/create-cluster.ts';

/** Objects of one kind: where they are in the API. */
export interface Place {
  /** Such as `/api/v1`. */
  readonly api: string;
  readonly plural: string;
}

export interface NewObject {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** How many are on their way at once, as from a tool that installs much. */
const width = 8;

/** Makes all of them; throws with the answer of the first that is refused. */
export async function createObjects(
  cluster: Cluster,
  place: Place,
  objects: readonly NewObject[],
): Promise<void> {
  const left = objects.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const body of left) await createObject(cluster, place, body);
    }),
  );
}

async function createObject(
  cluster: Cluster,
  { api, plural }: Place,
  body: NewObject,
): Promise<void> {
  const { name, namespace } = body.metadata;
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const answer = await cluster.request({ path: `${api}${within}/${plural}`, body });
  if (answer.status !== 201) {
    throw new Error(`${plural} ${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

interface CountedPage {
  readonly items: readonly unknown[];
  readonly metadata: { readonly remainingItemCount?: number };
}

/** How many there are in all namespaces: the server counts, one of them is sent. */
export async function countObjects(cluster: Cluster, { api, plural }: Place): Promise<number> {
  const { status, body } = await cluster.request({ path: `${api}/${plural}?limit=1` });
  if (status !== 200) throw new Error(`${plural} cannot be counted: ${status}`);
  const { items, metadata } = body as CountedPage;
  return items.length + (metadata.remainingItemCount ?? 0);
}
