import { beforeAll, expect, it } from '@jest/globals';
import { describeWithMayfly } from '#test/support/node/mayfly/describe-with-mayfly.ts';
import { writeSecret } from '#test/support/node/mayfly/open-vault-for-node.ts';
import { aJob, anApp } from '#test/support/node/pods/an-app.ts';
import { aRestrictedNamespace } from '#test/support/node/pods/restricted.ts';
import {
  createObject,
  execIn,
  findContainer,
  isOver,
  isReady,
  readLogs,
  untilPod,
} from '#test/support/node/pods/run-pod.ts';
import { until } from '#test/support/until.ts';

const long = 120_000;
const namespace = 'shop';
const password = 'cluster/vault:secret/data/shop/db#password';

describeWithMayfly('a pod that asks for secrets', (stage) => {
  beforeAll(async () => {
    const { node, vault } = stage();
    await createObject(node, aRestrictedNamespace(namespace));
    await writeSecret(vault, 'shop/db', { password: 'of the first day', empty: '' });
  });

  it('refuses what the namespace does not allow, so that what follows proves something', async () => {
    const name = 'unrestricted';
    const spec = { securityContext: {} };
    const pod = anApp({ namespace, name, annotations: {}, spec });
    await expect(createObject(stage().node, pod)).rejects.toThrow('violates PodSecurity');
  });

  it(
    'finds a file that was there before its first container started',
    async () => {
      const { node } = stage();
      const pod = { namespace, name: 'init' };
      const annotations = { inject: 'init', 'secret.db': password };
      const script = 'cd /run/secrets/mayfly; cat db; touch more || echo ", read-only"';
      const spec = { restartPolicy: 'Never' };
      await createObject(node, anApp({ ...pod, annotations, script, spec }));
      const over = await untilPod(node, pod, isOver);
      const logs = await readLogs(node, pod, 'app');
      expect(logs).toContain('of the first day, read-only\n');
      expect(findContainer(over, 'mayfly-agent').state.terminated?.exitCode).toBe(0);
    },
    long,
  );

  it(
    'is restarted where it is when a variable changed, and starts with the new one',
    async () => {
      const { node, vault } = stage();
      await writeSecret(vault, 'shop/restarted', { password: 'of the first day' });
      const pod = { namespace, name: 'restarted' };
      const reference = 'cluster/vault:secret/data/shop/restarted#password';
      const annotations = {
        inject: 'sidecar',
        'on-change': 'restart',
        'env.PASSWORD': reference,
        'secret.db': reference,
      };
      const script = 'echo "$PASSWORD, $(cat /run/secrets/mayfly/db)"; exec sleep 100000';
      await createObject(node, anApp({ ...pod, annotations, script }));
      const before = await untilPod(node, pod, isReady);
      await writeSecret(vault, 'shop/restarted', { password: 'of the second day' });
      await until(
        async () =>
          (await readLogs(node, pod, 'app').catch(() => '')) ===
          'of the second day, of the second day\n',
      );
      const after = await untilPod(node, pod, isReady);
      expect(after.metadata.uid).toBe(before.metadata.uid);
    },
    long,
  );

  it(
    'gets a variable, and sees a rotated value in its file without a restart',
    async () => {
      const { node, vault } = stage();
      const pod = { namespace, name: 'sidecar' };
      const annotations = { inject: 'sidecar', 'secret.db': password, 'env.PASSWORD': password };
      const script = 'echo "$PASSWORD"; exec sleep 100000';
      await createObject(node, anApp({ ...pod, annotations, script }));
      await untilPod(node, pod, isReady);
      expect(await readLogs(node, pod, 'app')).toBe('of the first day\n');
      const read = (): Promise<string> =>
        execIn(node, { ...pod, container: 'app' }, ['cat', '/run/secrets/mayfly/db']);
      expect(await read()).toBe('of the first day');
      await writeSecret(vault, 'shop/db', { password: 'of the second day', empty: '' });
      await until(async () => (await read()) === 'of the second day');
      const now = await untilPod(node, pod, isReady);
      expect(findContainer(now, 'app').restartCount).toBe(0);
    },
    long,
  );

  it(
    'has the token of its account for the Kubernetes API, and its agent has none',
    async () => {
      const { node } = stage();
      const pod = { namespace, name: 'account' };
      const annotations = { inject: 'sidecar', 'secret.db': password };
      await createObject(node, anApp({ ...pod, annotations }));
      await untilPod(node, pod, isReady);
      const path = '/var/run/secrets/kubernetes.io/serviceaccount';
      const list = ['/usr/local/bin/node', '-p', `fs.readdirSync('${path}')`];
      expect(await execIn(node, { ...pod, container: 'app' }, ['ls', path])).toContain('token');
      expect(await execIn(node, { ...pod, container: 'mayfly-agent' }, list)).toBe('[]\n');
    },
    long,
  );

  it(
    'ends as a Job with a sidecar beside it',
    async () => {
      const { node } = stage();
      const annotations = { inject: 'sidecar', 'secret.db': password };
      const script = 'test -s /run/secrets/mayfly/db';
      await createObject(node, aJob({ namespace, name: 'job', annotations, script }));
      const wait = ['wait', '--namespace', namespace, '--for=condition=Complete', 'job/job'];
      await node.cluster.kubectl([...wait, '--timeout=60s']);
    },
    long,
  );

  it(
    'does not start with a variable whose value is empty, and says which',
    async () => {
      const { node } = stage();
      const pod = { namespace, name: 'empty' };
      const annotations = { 'env.EMPTY': 'cluster/vault:secret/data/shop/db#empty' };
      const spec = { restartPolicy: 'Never' };
      await createObject(node, anApp({ ...pod, annotations, spec }));
      const failed = await untilPod(node, pod, isOver);
      const { terminated } = findContainer(failed, 'mayfly-agent').state;
      expect(terminated?.message).toContain('the variable EMPTY');
      expect(terminated?.message).toContain('[MAYFLY_FORMAT_VARIABLE_EMPTY]');
      expect(findContainer(failed, 'app').state.running).toBeUndefined();
    },
    long,
  );

  it(
    'starts without a variable that is optional and empty',
    async () => {
      const { node } = stage();
      const pod = { namespace, name: 'optional' };
      const annotations = {
        'env.EMPTY': 'cluster/vault:secret/data/shop/db#empty',
        'optional.EMPTY': 'true',
      };
      const script = 'echo "it is ${EMPTY-unset}"';
      const spec = { restartPolicy: 'Never' };
      await createObject(node, anApp({ ...pod, annotations, script, spec }));
      await untilPod(node, pod, isOver);
      expect(await readLogs(node, pod, 'app')).toBe('it is unset\n');
    },
    long,
  );

  it(
    'tells who may look after it why a secret cannot be had, and never a value',
    async () => {
      const { node } = stage();
      const pod = { namespace, name: 'forbidden' };
      const annotations = { 'secret.other': 'cluster/vault:secret/data/bank/db#password' };
      const spec = { restartPolicy: 'Never' };
      await createObject(node, anApp({ ...pod, annotations, spec }));
      const failed = await untilPod(node, pod, isOver);
      const message = findContainer(failed, 'mayfly-agent').state.terminated?.message ?? '';
      expect(message).toContain('secret/data/bank/db');
      expect(message).toContain('[MAYFLY_STORE_DENIED]');
    },
    long,
  );
});
