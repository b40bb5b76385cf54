import { beforeAll, expect, it } from '@jest/globals';
import { busyboxImage } from '#test/support/node/images/test-images.ts';
import { describeWithMayfly, tenant } from '#test/support/node/mayfly/describe-with-mayfly.ts';
import { writeSecret } from '#test/support/node/mayfly/open-vault-for-node.ts';
import { anApp } from '#test/support/node/pods/an-app.ts';
import { aRestrictedNamespace, restrictedContainer } from '#test/support/node/pods/restricted.ts';
import { createObject, isReady, untilPod } from '#test/support/node/pods/run-pod.ts';

const long = 120_000;
const pod = { namespace: 'shop', name: 'debugged' };
const secret = 'cluster/vault:secret/data/shop/db#password';

describeWithMayfly('a container that is added to a running pod with secrets', (stage) => {
  beforeAll(async () => {
    const { node, vault } = stage();
    await createObject(node, aRestrictedNamespace(pod.namespace));
    const { namespace } = pod;
    const may = '--verb=get,list,watch,patch --resource=pods,pods/ephemeralcontainers'.split(' ');
    await node.cluster.kubectl(['create', 'role', 'debugger', '-n', namespace, ...may]);
    const who = ['--role=debugger', `--user=${tenant}`];
    await node.cluster.kubectl(['create', 'rolebinding', 'debugger', '-n', namespace, ...who]);
    await writeSecret(vault, 'shop/db', { password: 'not for guests' });
    const annotations = { inject: 'sidecar', 'secret.db': secret, 'env.PASSWORD': secret };
    await createObject(node, anApp({ ...pod, annotations }));
    await untilPod(node, pod, isReady);
  }, long);

  /** As `kubectl debug` does; returns the status and the message of the API server. */
  async function add(
    name: string,
    container: object,
    user = tenant,
  ): Promise<readonly [number, string]> {
    const added = { name, image: busyboxImage, securityContext: restrictedContainer, ...container };
    const { status, body } = await stage().node.cluster.request({
      method: 'PATCH',
      path: `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/ephemeralcontainers`,
      user,
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { ephemeralContainers: [added] } },
    });
    return [status, (body as { readonly message?: string }).message ?? ''];
  }

  it('may not mount the volume of the files', async () => {
    const volumeMounts = [{ name: 'mayfly-files', mountPath: '/stolen' }];
    const [status, message] = await add('mounts', { volumeMounts });
    expect([status, message]).toEqual([403, expect.stringContaining('may not mount a volume')]);
  });

  it('may not have variables from the file of the agent', async () => {
    const fileKeyRef = { volumeName: 'mayfly-env', path: 'env', key: 'PASSWORD' };
    const [status, message] = await add('reads', {
      env: [{ name: 'P', valueFrom: { fileKeyRef } }],
    });
    expect([status, message]).toEqual([403, expect.stringContaining('may not read variables')]);
  });

  it.each(['app', 'mayfly-agent'])('may not join the processes of %s', async (target) => {
    const { cluster } = stage().node;
    const at = ['--namespace', pod.namespace, pod.name, '--image', busyboxImage];
    const how = ['--target', target, '--profile', 'restricted'];
    const debug = cluster.kubectl(['debug', ...at, ...how], { user: tenant });
    await expect(debug).rejects.toThrow('may not join a container that is given secrets');
  });

  it('may do all that for whom an administrator lets do it', async () => {
    const [status] = await add('trusted', { targetContainerName: 'app' }, 'admin');
    expect(status).toBe(200);
  });

  it(
    'runs by itself',
    async () => {
      const { node } = stage();
      const [status] = await add('guest', { command: ['sleep', '100000'] });
      expect(status).toBe(200);
      await untilPod(node, pod, ({ status: { ephemeralContainerStatuses = [] } }) =>
        ephemeralContainerStatuses.some(({ state }) => state.running !== undefined),
      );
    },
    long,
  );
});
