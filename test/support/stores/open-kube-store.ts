import { accessByToken } from '#adapters/kube/access/access-by-token.ts';
import { openKubeAccess } from '#adapters/kube/access/open-kube-access.ts';
import { createKubeApi } from '#adapters/kube/client/create-kube-api.ts';
import { createKubeStore } from '#adapters/store/kubernetes/create-kube-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createServerTime } from '#platform/kube/server-time.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import type { StoreUnderTest } from '#test/contract/secret-store.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { makeAccountToken } from './make-account-token.ts';

/** The Secrets of `shop` as a store, for its service account `reader`, who may read them all. */
export async function openKubeStore(cluster: Cluster): Promise<StoreUnderTest> {
  const clock = createSystemClock();
  const kubeconfig = await cluster.writeKubeconfig();
  const access = await openKubeAccess({ kubeconfig, isPerson: false }, clock);
  const store = createKubeStore({
    store: 'own',
    namespace: 'shop',
    openApi: (token) =>
      createKubeApi(
        {
          clock,
          random: createSystemRandom(),
          access: accessByToken(access, token),
          serverTime: createServerTime(clock),
          mayWrite: () => false,
          onCall: () => undefined,
        },
        { version: 'test' },
      ),
  });
  const role = ['create', 'role', 'reader', '-n', 'shop', '--verb=get', '--resource=secrets'];
  const binding = ['create', 'rolebinding', 'reader', '-n', 'shop', '--role=reader'];
  await cluster.kubectl(role).catch(() => undefined);
  await cluster.kubectl([...binding, '--serviceaccount=shop:reader']).catch(() => undefined);
  const forbidden = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: {
      name: 'a-token',
      namespace: 'shop',
      annotations: { 'kubernetes.io/service-account.name': 'reader' },
    },
  };
  await cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(forbidden) });
  return {
    store,
    token: async () =>
      SecretBytes.take(Buffer.from(await makeAccountToken(cluster, 'reader', null))),
    wrongToken: async () => SecretBytes.take(Buffer.from('no.such.token')),
    put: async (name, fields) => {
      const stringData = { ...fields };
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: 'shop' },
        stringData,
      };
      await cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(secret) });
      return name;
    },
    emptyPath: 'nothing-is-here',
    forbiddenPath: 'a-token',
    leased: null,
    versions: 'none',
    hasTerms: false,
    close: async () => {},
  };
}
