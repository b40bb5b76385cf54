import { beforeAll, expect, it } from '@jest/globals';
import { busyboxImage } from '#test/support/node/images/test-images.ts';
import { describeWithMayfly } from '#test/support/node/mayfly/describe-with-mayfly.ts';
import { writeSecret } from '#test/support/node/mayfly/open-vault-for-node.ts';
import { createObject, execIn, isReady, untilPod } from '#test/support/node/pods/run-pod.ts';

const long = 120_000;
const namespace = 'open';

interface Case {
  readonly given: string;
  /** Of the pod. */
  readonly securityContext: object;
  /** Of each container. */
  readonly users: readonly (number | null)[];
  /** Owner, group and mode of the file as `stat` tells them. */
  readonly expected: string;
}

const cases: readonly Case[] = [
  {
    given: 'one user',
    securityContext: { runAsUser: 1000 },
    users: [null, null],
    expected: '1000 1000 400',
  },
  {
    given: 'one user and a group for volumes',
    securityContext: { runAsUser: 1000, fsGroup: 3000 },
    users: [null],
    expected: '1000 3000 440',
  },
  {
    given: 'a user for each container and a group for volumes',
    securityContext: { fsGroup: 3000 },
    users: [1000, 2000],
    expected: '65532 3000 440',
  },
  {
    given: 'a user for each container',
    securityContext: {},
    users: [1000, 2000],
    expected: '65532 65532 444',
  },
  {
    given: 'root for the whole pod',
    securityContext: { runAsUser: 0 },
    users: [null],
    expected: '65532 65532 444',
  },
  {
    given: 'root for the whole pod and a group for volumes',
    securityContext: { runAsUser: 0, fsGroup: 3000 },
    users: [null, 1000],
    expected: '65532 3000 440',
  },
  { given: 'nothing about users', securityContext: {}, users: [null], expected: '65532 65532 444' },
];

describeWithMayfly('the files of a pod are read by its containers', (stage) => {
  beforeAll(async () => {
    const { node, vault } = stage();
    await createObject(node, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    await writeSecret(vault, 'open/db', { password: 'for every user' });
  });

  it.each(cases.map((row, index) => ({ ...row, index })))(
    'with $given',
    async ({ index, securityContext, users, expected }) => {
      const { node } = stage();
      const pod = { namespace, name: `users-${index}` };
      await createObject(node, aPodOf(pod, securityContext, users));
      await untilPod(node, pod, isReady);
      for (const container of users.keys()) {
        const at = { ...pod, container: `app-${container}` };
        const file = '/run/secrets/mayfly/db';
        expect(await execIn(node, at, ['cat', file])).toBe('for every user');
        const stat = await execIn(node, at, ['stat', '-L', '-c', '%u %g %a', file]);
        expect(stat.trim()).toBe(expected);
      }
    },
    long,
  );
});

function aPodOf(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  securityContext: object,
  users: readonly (number | null)[],
): object {
  const annotations = { 'mayfly.dev/secret.db': 'cluster/vault:secret/data/open/db#password' };
  const containers = users.map((user, index) => ({
    name: `app-${index}`,
    image: busyboxImage,
    command: ['sleep', '100000'],
    ...(user === null ? {} : { securityContext: { runAsUser: user } }),
  }));
  const spec = { securityContext, terminationGracePeriodSeconds: 1, containers };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, annotations }, spec };
}
