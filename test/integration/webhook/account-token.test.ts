import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { untilSlowly } from '#test/support/until.ts';
import { aPod, asking, vaultStore } from '#test/support/webhook/pods.ts';
import { startWebhook, type RunningWebhook } from '#test/support/webhook/running-webhook.ts';
import {
  applyManifests,
  pointWebhooks,
  webhookUser,
} from '#test/support/webhook/webhook-on-cluster.ts';

const long = 120_000;
const accountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const pods = '/api/v1/namespaces/shop/pods';

interface ContainerView {
  readonly name: string;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface PodView {
  readonly spec: {
    readonly initContainers: readonly ContainerView[];
    readonly containers: readonly ContainerView[];
    readonly volumes: readonly { readonly name: string; readonly projected?: object }[];
  };
}

/** What lies at the path of the account's token, by container. */
function mountsOf({ spec }: PodView): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...spec.initContainers, ...spec.containers].map(({ name, volumeMounts = [] }) => [
      name,
      volumeMounts
        .filter(({ mountPath }) => mountPath === accountPath)
        .map((mount) => mount.name)
        .join(),
    ]),
  );
}

await describeWithCluster(
  'the token for the Kubernetes API in a pod with an agent',
  { users: [webhookUser], controllers: true },
  (cluster) => {
    let folder: string;
    let webhook: RunningWebhook;

    async function create(inject: string, spec: object = {}): Promise<PodView> {
      const annotations = { ...asking, 'mayfly.dev/inject': inject };
      const body = aPod(`asks-for-${inject}`, annotations, spec);
      const answer = await cluster().request({ path: `${pods}?dryRun=All`, body });
      expect(answer).toMatchObject({ status: 201 });
      return answer.body as PodView;
    }

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mayfly-webhook-'));
      await applyManifests(cluster());
      await cluster().kubectl(['create', 'namespace', 'shop']);
      const kubeconfig = await cluster().writeKubeconfig(webhookUser);
      webhook = await startWebhook({ folder, kubeconfig });
      await pointWebhooks(cluster(), webhook);
      await cluster().kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(vaultStore) });
      await untilSlowly(async () => {
        const asked = { path: `${pods}?dryRun=All`, body: aPod('first', asking) };
        return (await cluster().request(asked)).status === 201;
      });
    }, long);

    afterAll(async () => {
      await webhook.end('SIGKILL');
      await rm(folder, { recursive: true });
    });

    it.each(['init', 'sidecar'])(
      'is in the containers of the user, and not in the %s',
      async (inject) => {
        const container = { image: 'registry.test/app:1' };
        const pod = await create(inject, {
          automountServiceAccountToken: true,
          initContainers: [{ name: 'migrate', ...container }],
          containers: [{ name: 'app', ...container }],
        });
        const { 'mayfly-agent': agent, ...others } = mountsOf(pod);
        expect(agent).toBe('mayfly-no-account');
        expect(others).toEqual({
          migrate: expect.stringMatching(/^kube-api-access-/u),
          app: expect.stringMatching(/^kube-api-access-/u),
        });
        const projected = pod.spec.volumes.filter((volume) => volume.projected !== undefined);
        const mounted = pod.spec.initContainers.find(({ name }) => name === 'mayfly-agent');
        const names = mounted?.volumeMounts?.map(({ name }) => name);
        expect(projected.filter(({ name }) => names?.includes(name))).toMatchObject([
          { name: 'mayfly-tokens' },
        ]);
      },
    );

    it('is nowhere in a pod that asks for none', async () => {
      const pod = await create('init', { automountServiceAccountToken: false });
      expect(mountsOf(pod)).toEqual({ 'mayfly-agent': 'mayfly-no-account', app: '' });
    });
  },
);
