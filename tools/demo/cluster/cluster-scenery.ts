import { createHash } from 'node:crypto';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import type { Scenery, SeenSecret } from '../scenery.ts';

interface StoredSecret {
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

const secrets = '/api/v1/namespaces/shop/secrets';
const failures = '{range .items[*].status.failures[*]}{.path}: {.message} [{.code}]{"\\n"}{end}';

/** The namespace `shop` of a cluster, as an administrator sees it. */
export function createClusterScenery({ kubectl, request }: Cluster): Scenery {
  const inShop = ['--namespace', 'shop'];
  return {
    form: 'as Secrets of the cluster',
    command: 'kubectl get gitsources,ephemeralsecrets',
    part: 'a Secret',
    async readSecrets() {
      const { body } = await request({ path: `${secrets}?labelSelector=mayfly.dev/managed` });
      const { items } = body as { readonly items: readonly StoredSecret[] };
      return items.map(renderSeen);
    },
    async readStatus() {
      const objects = await kubectl(['get', 'gitsources,ephemeralsecrets', ...inShop]);
      const failed = ['get', 'ephemeralsecrets', ...inShop, '-o', `jsonpath=${failures}`];
      return `${objects}\n${await kubectl(failed)}`;
    },
    async edit(name) {
      const patch = JSON.stringify({ stringData: { password: 'not what git says' } });
      await kubectl(['patch', 'secret', name, ...inShop, '--patch', patch]);
    },
    damage: async (name) => void (await kubectl(['delete', 'secret', name, ...inShop])),
  };
}

function renderSeen({ metadata: { name }, data = {} }: StoredSecret): SeenSecret {
  const entries = Object.entries(data).toSorted(([a], [b]) => a.localeCompare(b));
  const fingerprint = createHash('sha256').update(JSON.stringify(entries)).digest('hex');
  return { name, keys: entries.map(([key]) => key), fingerprint };
}
