import { beforeAll, expect, it } from '@jest/globals';
import { describeWithMayfly } from '#test/support/node/mayfly/describe-with-mayfly.ts';
import { untilReviewed } from '#test/support/node/mayfly/install-mayfly.ts';
import { writeSecret } from '#test/support/node/mayfly/open-vault-for-node.ts';
import { createMesh } from '#test/support/node/mesh/create-mesh.ts';
import { anApp } from '#test/support/node/pods/an-app.ts';
import { aRestrictedNamespace, restrictedContainer } from '#test/support/node/pods/restricted.ts';
import {
  createObject,
  execIn,
  isReady,
  readLogs,
  readPod,
  untilPod,
} from '#test/support/node/pods/run-pod.ts';
import { until } from '#test/support/until.ts';

const long = 120_000;
const namespace = 'shop';
const annotations = {
  inject: 'sidecar',
  'secret.db': 'cluster/vault:secret/data/shop/db#password',
};
const file = ['cat', '/run/secrets/mayfly/db'];

describeWithMayfly('a pod with secrets', (stage) => {
  beforeAll(async () => {
    const { node, vault } = stage();
    await createObject(node, aRestrictedNamespace(namespace));
    await writeSecret(vault, 'shop/db', { password: 'beside others' });
  });

  it.each(['aa-mesh', 'zz-mesh'])(
    'starts behind the proxy of a mesh whose webhook is called as %s',
    async (mesh) => {
      const { node } = stage();
      const injector = await createMesh(node, { name: mesh, namespace });
      try {
        const pod = { namespace, name: `in-${mesh}` };
        await createObject(node, anApp({ ...pod, annotations }));
        const seen = await untilPod(node, pod, isReady);
        const names = seen.spec.initContainers?.map(({ name }) => name);
        expect(names).toEqual(['istio-proxy', 'mayfly-agent']);
        expect(await execIn(node, { ...pod, container: 'app' }, file)).toBe('beside others');
      } finally {
        await injector.remove();
      }
    },
    long,
  );

  it(
    'counts with its agent against a quota that asks for requests and limits',
    async () => {
      const { node, vault } = stage();
      await createObject(node, aRestrictedNamespace('quota'));
      await writeSecret(vault, 'quota/db', { password: 'counted' });
      await createObject(node, aQuota('quota'));
      const pod = { namespace: 'quota', name: 'counted' };
      const asked = { 'secret.db': 'cluster/vault:secret/data/quota/db#password' };
      await createObject(
        node,
        anApp({ ...pod, annotations: asked, container: withResources('50m', '100m') }),
      );
      await untilPod(node, pod, isReady);
      const quota = await node.cluster.kubectl([
        'get',
        'quota',
        '-n',
        'quota',
        '-o',
        'jsonpath={.items[0].status.used}',
      ]);
      expect(JSON.parse(quota)).toMatchObject({ 'requests.cpu': '50m', 'limits.cpu': '500m' });
    },
    long,
  );

  it(
    'stays Guaranteed when it was',
    async () => {
      const { node } = stage();
      const pod = { namespace, name: 'guaranteed' };
      await createObject(
        node,
        anApp({ ...pod, annotations, container: withResources('50m', '50m') }),
      );
      const seen = await untilPod(node, pod, isReady);
      expect(seen.status.qosClass).toBe('Guaranteed');
    },
    long,
  );

  it(
    'keeps its files through an outage of the store, and follows when that is over',
    async () => {
      const { node, vault } = stage();
      const pod = { namespace, name: 'outage' };
      await createObject(node, anApp({ ...pod, annotations }));
      await untilPod(node, pod, isReady);
      await vault.seal();
      await until(async () => (await readLogs(node, pod, 'mayfly-agent')).includes('"warn"'));
      expect(await execIn(node, { ...pod, container: 'app' }, file)).toBe('beside others');
      await vault.unseal();
      await writeSecret(vault, 'shop/db', { password: 'after the outage' });
      const read = (): Promise<string> => execIn(node, { ...pod, container: 'app' }, file);
      await until(async () => (await read()) === 'after the outage');
      const seen = await readPod(node, pod);
      expect(isReady(seen)).toBe(true);
      expect(seen.status.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0]);
    },
    long,
  );

  it(
    'is refused with a clear message while the webhook is down, and others are not',
    async () => {
      const { node } = stage();
      await scaleWebhook('0');
      try {
        const refused = createObject(node, anApp({ namespace, name: 'refused', annotations }));
        await expect(refused).rejects.toThrow(/failed calling webhook "[^"]*mayfly\.dev"/u);
        const other = { namespace, name: 'other' };
        await createObject(node, anApp({ ...other, annotations: {} }));
        await untilPod(node, other, isReady);
      } finally {
        await scaleWebhook('1');
      }
      const pod = { namespace, name: 'again' };
      await createObject(node, anApp({ ...pod, annotations }));
      await untilPod(node, pod, isReady);
    },
    long,
  );

  async function scaleWebhook(replicas: string): Promise<void> {
    const { cluster } = stage().node;
    const at = ['--namespace', 'mayfly-system'];
    await cluster.kubectl(['scale', ...at, `--replicas=${replicas}`, 'deployment/mayfly-webhook']);
    const which = 'app.kubernetes.io/component=webhook';
    const goal = replicas === '0' ? '--for=delete' : '--for=condition=Ready';
    if (replicas !== '0') {
      await cluster.kubectl(['rollout', 'status', ...at, 'deployment/mayfly-webhook']);
    }
    await cluster.kubectl(['wait', ...at, goal, 'pod', '--selector', which, '--timeout=60s']);
    if (replicas !== '0') await untilReviewed(stage().node);
  }
});

function withResources(requests: string, limits: string): object {
  const of = (cpu: string): object => ({ cpu, memory: '32Mi' });
  return {
    securityContext: restrictedContainer,
    resources: { requests: of(requests), limits: of(limits) },
  };
}

function aQuota(name: string): object {
  const hard = {
    'requests.cpu': '1',
    'requests.memory': '1Gi',
    'limits.cpu': '2',
    'limits.memory': '1Gi',
  };
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { namespace: name, name: 'all' },
    spec: { hard },
  };
}
