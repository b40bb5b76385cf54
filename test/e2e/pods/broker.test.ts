import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readAgeVector } from '#test/support/age/vectors.ts';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { listFiles } from '#test/support/canary/list-files.ts';
import type { ClusterAnswer } from '#test/support/cluster/create-cluster.ts';
import { etcdFolderOf } from '#test/support/cluster/servers/etcd-snapshot.ts';
import { describeWithNode } from '#test/support/node/describe-with-node.ts';
import { buildMayflyImages } from '#test/support/node/images/mayfly-images.ts';
import { buildBusybox } from '#test/support/node/images/test-images.ts';
import { renderBrokerObjects } from '#test/support/node/mayfly/broker-objects.ts';
import { installMayfly, volumeOf } from '#test/support/node/mayfly/install-mayfly.ts';
import { anApp } from '#test/support/node/pods/an-app.ts';
import { aRestrictedNamespace } from '#test/support/node/pods/restricted.ts';
import {
  createObject,
  execIn,
  findContainer,
  isOver,
  isReady,
  readLogs,
  untilPod,
  type PodName,
} from '#test/support/node/pods/run-pod.ts';
import {
  createSealedRepository,
  type SealedRepository,
} from '#test/support/stage/create-sealed-repository.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const long = 300_000;
const namespace = 'shop';
const broker = 'mayfly-broker.mayfly-system.svc';
const reference = 'repo:db.yaml#password';
/** Once the object of a pod is gone. */
const closedWithinMs = 15_000;

describeWithNode(
  'a pod that reads files of git, and Secrets, through the broker',
  async () => {
    const images = await buildMayflyImages();
    return { images: [images.agent, images.controller, await buildBusybox()] };
  },
  (node) => {
    let folder: Awaited<ReturnType<typeof createTempFolder>>;
    let repository: SealedRepository;

    beforeAll(async () => {
      folder = await createTempFolder();
      const { hostAddress } = node();
      const place = { hosts: [hostAddress], address: hostAddress };
      repository = await createSealedRepository(folder.path, place);
      const { encrypting, work, server } = repository;
      const text = `password: ${JSON.stringify(canary)}\n`;
      await work.push({ 'production/db.yaml': await encrypting.encrypt('db.yaml', text) });
      const settings = { git: { allowedHosts: [new URL(server.url).host] } };
      await installMayfly(node(), { components: ['broker', 'broker-stores'], settings });
      await createObject(node(), aRestrictedNamespace(namespace));
      const key = (await readAgeVector('x25519.txt')).toString('utf8');
      const issuer = node().cluster.url;
      const objects = renderBrokerObjects({ namespace, server, key, issuer });
      for (const object of objects) await createObject(node(), object);
    }, long);

    afterAll(async () => {
      await repository?.server.close();
      await folder?.remove();
    });

    /** Nothing resolves names on this node. */
    async function findBroker(): Promise<object> {
      const path = '/api/v1/namespaces/mayfly-system/services/mayfly-broker';
      const { body } = await node().cluster.request({ path });
      const { clusterIP } = (body as { readonly spec: { readonly clusterIP: string } }).spec;
      return { hostAliases: [{ ip: clusterIP, hostnames: [broker] }] };
    }

    async function startPod(name: string, inject: 'init' | 'sidecar'): Promise<void> {
      const annotations = { inject, 'secret.db': reference, 'secret.mode': 'settings:app#mode' };
      const spec = { ...(await findBroker()), serviceAccountName: name, restartPolicy: 'Never' };
      await createObject(node(), anApp({ namespace, name, annotations, spec }));
    }

    async function readFileIn(pod: PodName, name: string): Promise<string> {
      const file = ['cat', `/run/secrets/mayfly/${name}`];
      return await execIn(node(), { ...pod, container: 'app' }, file);
    }

    /** As from inside of the cluster: the API server passes it on. */
    async function ask(path: string, rest: object = {}): Promise<ClusterAnswer> {
      const service = '/api/v1/namespaces/mayfly-system/services/https:mayfly-broker:https';
      return await node().cluster.request({ path: `${service}/proxy/v1/${path}`, ...rest });
    }

    /** A token as the kubelet asks for it on behalf of a pod. */
    async function makeToken(pod: string, uid: string): Promise<string> {
      const bound = ['--bound-object-kind=Pod', `--bound-object-name=${pod}`];
      const given = [...bound, `--bound-object-uid=${uid}`, `--audience=https://${broker}`];
      const token = ['create', 'token', 'web', '-n', namespace, ...given];
      return (await node().cluster.kubectl(token)).trim();
    }

    async function logIn(jwt: string): Promise<ClusterAnswer> {
      return await ask('auth/jwt/login', { body: { role: `${namespace}/web`, jwt } });
    }

    it(
      'has the value in a file, and nobody has it in etcd, in a log or in the volume of the broker',
      async () => {
        const pod = { namespace, name: 'web' };
        await startPod('web', 'sidecar');
        await untilPod(node(), pod, isReady);
        expect(await readFileIn(pod, 'db')).toBe(canary);
        expect(await readFileIn(pod, 'mode')).toBe('careful');
        const etcd = await readTree(etcdFolderOf(node().cluster.folder));
        expect(etcd).toContain(reference);
        const logs = ['logs', '-n', 'mayfly-system', 'deployment/mayfly-broker'];
        const told = [
          await node().cluster.kubectl(logs),
          await readLogs(node(), pod, 'mayfly-agent'),
        ].join('\n');
        expect(told).toContain('serving');
        const volume = await readTree(volumeOf(node(), 'mayfly-broker'));
        expect(volume).toContain('"policy":"shop/web"');
        expect([etcd, told, volume].flatMap((text) => findCanary(text))).toEqual([]);
      },
      long,
    );

    it(
      'gets nothing as another service account, and does not start',
      async () => {
        const pod = { namespace, name: 'stranger' };
        await startPod('stranger', 'init');
        const failed = await untilPod(node(), pod, isOver);
        const { terminated } = findContainer(failed, 'mayfly-agent').state;
        expect(terminated?.message).toContain('[MAYFLY_STORE_LOGIN_DENIED]');
        expect(findContainer(failed, 'app').state.running).toBeUndefined();
        const volume = await readTree(volumeOf(node(), 'mayfly-broker'));
        expect(volume).toContain('"event":"denial"');
      },
      long,
    );

    it(
      'closes the door behind it when it is deleted: to its token, and to what was given for it',
      async () => {
        const seen = await untilPod(node(), { namespace, name: 'web' }, isReady);
        const jwt = await makeToken('web', seen.metadata.uid);
        const { status, body } = await logIn(jwt);
        expect(status).toBe(200);
        const { auth } = body as { readonly auth: { readonly client_token: string } };
        const headers = { 'x-vault-token': auth.client_token };
        const read = async (): Promise<number> =>
          (await ask('repo/data/db.yaml', { headers })).status;
        expect(await read()).toBe(200);
        await node().cluster.kubectl(['delete', 'pod', 'web', '-n', namespace]);
        const gone = performance.now();
        const isOpen = async (): Promise<boolean> =>
          (await logIn(jwt)).status !== 403 || (await read()) !== 403;
        while (performance.now() < gone + closedWithinMs && (await isOpen())) await wait(500);
        process.stderr.write(`gone to closed: ${Math.round(performance.now() - gone)} ms\n`);
        expect([(await logIn(jwt)).status, await read()]).toEqual([403, 403]);
      },
      long,
    );
  },
);

/** Every file below a folder, byte by byte. */
async function readTree(folder: string): Promise<string> {
  const texts = (await listFiles(folder)).map(async (path) => await readFile(path, 'latin1'));
  return (await Promise.all(texts)).join('\n');
}
