import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '#core/api/object.ts';
import type { KubeApi, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { SecretRef } from '#core/ports/secret-sink.ts';
import { isRecord } from '#core/text/read-field.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createKubeKeys } from '#adapters/kube/keys/kube-keys.ts';
import { renderSecretTarget } from '#core/api/kube-resources.ts';
import { describeSecretSink, type SinkUnderTest } from '#test/contract/secret-sink.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import {
  createClusterFaultProxy,
  type ClusterFaultProxy,
} from '#test/support/cluster/fault-proxy.ts';
import { answerStatus, everyNth, isList, isWrite } from '#test/support/cluster/faults/faults.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { openClusterApi } from '#test/support/kube/open-cluster-api.ts';
import {
  aDesired,
  aLease,
  encode,
  kubeDigest,
  owner,
  setUpKubeSink,
  textOf,
  type KubeSinkSetup,
  type SecretHands,
} from '#test/support/sink/kube-sink-setup.ts';
import { kinds } from '#tools/gen/kinds.ts';
import { renderCrd } from '#tools/gen/render-crd.ts';
import { until } from '#test/support/until.ts';

const { signal } = new AbortController();
let spaces = 0;

await describeWithCluster('Secrets on a real API server', { controllers: true }, (cluster) => {
  let admin: KubeApi;
  let proxy: ClusterFaultProxy;

  beforeAll(async () => {
    admin = await openClusterApi(cluster());
    proxy = await createClusterFaultProxy(cluster());
  });
  afterAll(async () => await proxy.close());

  describeSecretSink('of a real API server', async () => await openSink(cluster(), admin));
  describeSecretSink('of a server that fails and a network that breaks', async () => {
    const opened = await openSink(cluster(), await openClusterApi(cluster(), proxy.url));
    breakThings(proxy);
    return {
      ...opened,
      async close(): Promise<void> {
        proxy.heal();
        await opened.close();
      },
    };
  });

  describe('a Secret of ours', () => {
    let setup: KubeSinkSetup;
    let namespace: string;
    beforeAll(async () => {
      namespace = await createNamespace(cluster());
      setup = await openSetup(cluster(), { api: admin, namespace });
    });
    afterAll(async () => await setup.close());

    it('is repaired with one write, whoever changed it, and the writer is known', async () => {
      const { sink, hands, changes } = setup;
      const ref = { namespace, name: 'fought' };
      const desired = aDesired({ user: 'root', password: 'one' }, ref);
      await sink.create(desired, aLease(desired));
      const ownerReferences = [await readForeignOwner(cluster(), namespace)];
      const data = { extra: encode('x'), user: encode('me') };
      const patch = { data, metadata: { ownerReferences } };
      await hands.edit(ref, patch, 'replicator');
      await until(() => changes.length > 0);
      expect(changes.at(-1)).toEqual({ name: 'fought', manager: 'replicator', owner: 'database' });
      const fewer = aDesired({ password: 'one' }, ref);
      const on = (await sink.read(ref)) ?? none;
      const repaired = await sink.apply(fewer, aLease(fewer), on);
      expect(repaired.intact).toBe(true);
      const live = await hands.peek(ref);
      expect(textOf(live)).toEqual({ password: 'one' });
      expect(live?.metadata.ownerReferences).toHaveLength(1);
      await setup.untilSeen(ref);
      expect(changes).toHaveLength(1);
    });

    it('loses a key that it was created with, and gains one', async () => {
      const { sink, hands } = setup;
      const ref = { namespace, name: 'keys-change' };
      const first = aDesired({ a: '1', b: '2' }, ref);
      const created = await sink.create(first, aLease(first));
      const second = aDesired({ b: '2', c: '3' }, ref);
      const applied = await sink.apply(second, aLease(second), created);
      const third = aDesired({ b: '2', c: '4', d: '5' }, ref);
      expect((await sink.apply(third, aLease(third), applied)).intact).toBe(true);
      expect(textOf(await hands.peek(ref))).toEqual({ b: '2', c: '4', d: '5' });
    });

    it('gets another type, and is replaced when it was made immutable', async () => {
      const { sink, hands, untilSeen } = setup;
      const ref = { namespace, name: 'typed' };
      const first = aDesired({ username: 'u', password: 'p' }, ref);
      const created = await sink.create(first, aLease(first));
      const typed = { ...first, type: 'kubernetes.io/basic-auth' };
      const applied = await sink.apply(typed, aLease(typed), created);
      expect(applied).toMatchObject({ type: 'kubernetes.io/basic-auth', intact: true });
      await hands.edit(ref, { immutable: true });
      await untilSeen(ref);
      const on = (await sink.read(ref)) ?? none;
      expect(on.uid).toBe(applied.uid);
      const again = await sink.apply(typed, aLease(typed), on);
      expect(again).toMatchObject({ intact: true });
      expect(again.uid).not.toBe(applied.uid);
    });

    it('held by a finalizer loses its values with its lease', async () => {
      const { sink, hands, untilSeen } = setup;
      const ref = { namespace, name: 'held' };
      const desired = aDesired({ password: 'one' }, ref);
      await sink.create(desired, aLease(desired));
      await hands.edit(ref, { metadata: { finalizers: ['example.com/hold'] } });
      await untilSeen(ref);
      await sink.remove(ref, (await sink.read(ref)) ?? none);
      expect(textOf(await hands.peek(ref))).toEqual({});
      await untilSeen(ref);
      expect((await sink.listManaged()).some(({ name }) => name === 'held')).toBe(false);
      await hands.edit(ref, { metadata: { finalizers: null } });
      await until(async () => (await hands.peek(ref)) === null);
    });

    it('is told as removed when its label is taken off, and is written again by its uid', async () => {
      const { sink, hands, changes } = setup;
      const ref = { namespace, name: 'stripped' };
      const desired = aDesired({ password: 'one' }, ref);
      const { uid } = await sink.create(desired, aLease(desired));
      const before = changes.length;
      await hands.edit(ref, { metadata: { labels: { [keys.managed]: null } } });
      await until(() => changes.length > before);
      const found = await sink.read(ref);
      expect(found).toMatchObject({ uid, lease: null });
      const repaired = await sink.apply(desired, aLease(desired), found ?? none);
      expect(repaired).toMatchObject({ uid, intact: true });
    });

    it('cannot be written to a namespace that does not exist', async () => {
      const desired = aDesired({ password: 'one' }, { namespace: 'nowhere', name: 'db' });
      const writing = setup.sink.create(desired, aLease(desired));
      await expectCode(writing, 'MAYFLY_KUBE_NOT_FOUND');
    });

    it('is refused with the reason where a quota is used up', async () => {
      const full = await createNamespace(cluster());
      const quota = ['create', 'quota', 'none', '--hard=secrets=0', '-n', full];
      await cluster().kubectl(quota);
      await until(async () => {
        const shown = ['get', 'quota', 'none', '-n', full, '-o', 'jsonpath={.status.hard}'];
        return (await cluster().kubectl(shown)).includes('secrets');
      });
      const desired = aDesired({ password: 'one' }, { namespace: full, name: 'db' });
      const writing = setup.sink.create(desired, aLease(desired));
      const { message } = await expectCode(writing, 'MAYFLY_KUBE_REFUSED');
      expect(message).toContain(`${full}/db`);
    });
  });

  it('holds keys that are read, but no tokens of service accounts', async () => {
    const namespace = await createNamespace(cluster());
    const reader = createKubeKeys({ api: admin, clock: createSystemClock(), signal });
    await cluster().kubectl([
      '-n',
      namespace,
      'create',
      'secret',
      'generic',
      'k',
      '--from-literal=a=1',
    ]);
    const bytes = await reader.readKey(namespace, 'k', 'a');
    expect(Buffer.from(bytes?.expose() ?? []).toString()).toBe('1');
    expect(await reader.readKeys(namespace, 'none')).toBeNull();
    const token = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        namespace,
        name: 'token',
        annotations: { 'kubernetes.io/service-account.name': 'x' },
      },
    };
    await cluster().kubectl(['-n', namespace, 'create', 'serviceaccount', 'x']);
    await cluster().kubectl(['create', '-f', '-'], { stdin: JSON.stringify(token) });
    await expectCode(reader.readKeys(namespace, 'token'), 'MAYFLY_KEY_TOKEN');
  });

  // The last one: where the kind is known, the garbage collector takes every Secret whose owner is not there.
  it('goes with its EphemeralSecret also when no controller lives', async () => {
    const { kubectl } = cluster();
    for (const kind of kinds) {
      await kubectl(['apply', '-f', '-'], { stdin: renderCrd(kind) });
    }
    await kubectl(['wait', '--for=condition=Established', 'crd', '--all']);
    const namespace = await createNamespace(cluster());
    const target = { resource: ephemeralSecrets, namespace, name: 'database' };
    const { metadata } = await admin.create(target, { spec }, { signal });
    const setup = await openSetup(cluster(), { api: admin, namespace });
    const ref = { namespace, name: 'db' };
    const desired = aDesired({ password: 'one' }, ref);
    await setup.sink.create(
      desired,
      aLease(desired, { owner: { ...owner, namespace, uid: metadata.uid } }),
    );
    await setup.close();
    await admin.delete(target, { signal });
    await kubectl(['wait', '--for=delete', 'secret/db', '-n', namespace, '--timeout=90s']);
    expect(await setup.hands.peek(ref)).toBeNull();
  }, 120_000);
});

async function createNamespace(cluster: Cluster): Promise<string> {
  spaces += 1;
  const name = `secrets-${spaces}`;
  await cluster.kubectl(['create', 'namespace', name]);
  return name;
}

interface SetupParts {
  readonly api: KubeApi;
  readonly namespace: string;
}

async function openSetup(cluster: Cluster, { api, namespace }: SetupParts): Promise<KubeSinkSetup> {
  return await setUpKubeSink({
    api,
    hands: createHands(cluster),
    clock: createSystemClock(),
    namespaces: [namespace],
  });
}

async function openSink(cluster: Cluster, api: KubeApi): Promise<SinkUnderTest> {
  const namespace = await createNamespace(cluster);
  const { sink, hands, untilSeen, close } = await openSetup(cluster, { api, namespace });
  const refOf = (name: string): SecretRef => ({ namespace, name });
  return {
    sink,
    digest: kubeDigest,
    namespace,
    async edit(name, key, text): Promise<void> {
      await hands.edit(refOf(name), { data: { [key]: encode(text) } });
      await untilSeen(refOf(name));
    },
    async removeByHand(name): Promise<void> {
      await hands.remove(refOf(name));
      await untilSeen(refOf(name));
    },
    async putForeign(name): Promise<void> {
      await hands.create(refOf(name), { data: { key: encode('theirs') } });
    },
    readText: async (name) => textOf(await hands.peek(refOf(name))),
    close,
  };
}

/** Others, past any proxy and under names of their own. */
function createHands(cluster: Cluster): SecretHands {
  async function send(ref: SecretRef, parts: object, query = ''): Promise<KubeObject | null> {
    const { resource, namespace = '', name } = renderSecretTarget(ref);
    const path = `/api/v1/namespaces/${namespace}/${resource.plural}/${name}${query}`;
    const { status, body } = await cluster.request({ path, ...parts });
    if (status === 404) return null;
    if (status >= 300 || !isRecord(body)) throw new Error(`status ${status}`);
    return body as unknown as KubeObject;
  }
  async function require(sent: Promise<KubeObject | null>): Promise<KubeObject> {
    const object = await sent;
    if (object === null) throw new Error('there is no such Secret');
    return object;
  }
  const contentType = 'application/merge-patch+json';
  return {
    edit: async (ref, body, by = 'kubectl') =>
      await require(send(ref, { method: 'PATCH', contentType, body }, `?fieldManager=${by}`)),
    async create({ namespace, name }, secret): Promise<KubeObject> {
      const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...secret };
      const path = `/api/v1/namespaces/${namespace}/secrets`;
      await cluster.request({ path, body });
      return await require(send({ namespace, name }, {}));
    },
    remove: async (ref) => void (await send(ref, { method: 'DELETE' })),
    peek: async (ref) => await send(ref, {}),
  };
}

function breakThings(proxy: ClusterFaultProxy): void {
  proxy.onRequest(everyNth(2, isList, answerStatus(500)));
  proxy.onRequest(everyNth(3, isWrite, answerStatus(429, 0)));
  let count = 0;
  proxy.onEvent(() => {
    count += 1;
    if (count % 5 === 0) return { kind: 'partial' };
    return count % 2 === 0 ? { kind: 'duplicate' } : null;
  });
}

/** An object that is there: of any other the garbage collector would take the reference away. */
async function readForeignOwner(cluster: Cluster, namespace: string): Promise<object> {
  const args = ['get', 'configmap', 'kube-root-ca.crt', '-n', namespace];
  await until(async () => {
    const shown = await cluster.kubectl([...args, '--ignore-not-found', '-o', 'name']);
    return shown !== '';
  });
  const uid = await cluster.kubectl([...args, '-o', 'jsonpath={.metadata.uid}']);
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'kube-root-ca.crt', uid };
  return { ...reference, controller: true };
}

/** For expectations only: no Secret has it. */
const none = { uid: 'none', resourceVersion: 'none' };

const ephemeralSecrets = {
  group: 'mayfly.dev',
  version: 'v1alpha1',
  plural: 'ephemeralsecrets',
  kind: 'EphemeralSecret',
};
const spec = {
  sourceRef: { name: 'repo' },
  path: 'apps',
  decryption: { keys: [{ secretRef: { name: 'keys' } }] },
  target: { manifests: {} },
};
