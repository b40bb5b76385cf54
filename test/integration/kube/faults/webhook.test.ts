import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { ClusterAnswer } from '#test/support/cluster/create-cluster.ts';
import {
  createClusterFaultProxy,
  type ClusterFaultProxy,
} from '#test/support/cluster/fault-proxy.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { itSurvives } from '#test/support/kube-world/it-survives.ts';
import { inSeconds } from '#test/support/kube-world/measure.ts';
import { openMeshWebhook } from '#test/support/webhook/mesh-webhook.ts';
import { aPod, asking, vaultStore } from '#test/support/webhook/pods.ts';
import { sendReviews } from '#test/support/webhook/review-load.ts';
import { aReview, createReviewClient } from '#test/support/webhook/review-client.ts';
import { untilSlowly } from '#test/support/until.ts';
import {
  applyManifests,
  pointWebhooks,
  webhookUser,
} from '#test/support/webhook/webhook-on-cluster.ts';
import { startWebhook, type RunningWebhook } from '#test/support/webhook/running-webhook.ts';

const setUpWithinMs = 120_000;
const pods = '/api/v1/namespaces/shop/pods';
const review = JSON.stringify(aReview(aPod('one', asking)));

interface PodView {
  readonly spec: {
    readonly initContainers?: readonly { readonly name: string }[];
    readonly volumes?: readonly { readonly name: string }[];
  };
}

await describeWithCluster('mayfly webhook', { users: [webhookUser] }, (cluster) => {
  let folder: string;
  let proxy: ClusterFaultProxy;
  let webhook: RunningWebhook;

  async function start(port?: number): Promise<RunningWebhook> {
    const kubeconfig = await cluster().writeKubeconfig(webhookUser, proxy.url);
    const place = port === undefined ? {} : { port };
    const started = await startWebhook({ folder, kubeconfig, ...place });
    await pointWebhooks(cluster(), started);
    return started;
  }

  async function create(name: string, annotations: Record<string, string>): Promise<ClusterAnswer> {
    return await cluster().request({ path: pods, body: aPod(name, annotations) });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayfly-webhook-'));
    await applyManifests(cluster());
    await cluster().kubectl(['create', 'namespace', 'shop']);
    proxy = await createClusterFaultProxy(cluster());
    webhook = await start();
    const stdin = JSON.stringify(vaultStore);
    await cluster().kubectl(['apply', '-f', '-'], { stdin });
    await untilSlowly(async () => (await create('first', asking)).status === 201);
  }, setUpWithinMs);

  afterAll(async () => {
    await webhook.end('SIGKILL');
    await proxy.close();
    await rm(folder, { recursive: true });
  });

  itSurvives(
    {
      id: 'F12',
      fault: 'a store that nobody answers for',
      deed: '500 reviews of pods that name it, at an address without a host',
    },
    async (see) => {
      const { vault } = vaultStore.spec.provider;
      const provider = { vault: { ...vault, address: 'https://192.0.2.1:8200' } };
      const away = {
        ...vaultStore,
        metadata: { name: 'away' },
        spec: { ...vaultStore.spec, provider },
      };
      await cluster().kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(away) });
      const wanted = { 'mayfly.dev/secret.db': 'cluster/away:secret/data/db#key' };
      await untilSlowly(async () => (await create('away', wanted)).status === 201);
      const before = proxy.requests.length;
      const body = JSON.stringify(aReview(aPod('one', wanted)));
      const load = await sendReviews(webhook, { body, count: 500, connections: 4 });
      expect(load.failures).toEqual([]);
      see(`p50 ${load.p50.toFixed(1)} ms, p99 ${load.p99.toFixed(1)} ms`);
      expect(load.p99).toBeLessThan(500);
      expect(proxy.requests.length).toBe(before);
      see('the API server was asked nothing meanwhile');
    },
  );

  itSurvives(
    {
      id: 'F3',
      fault: 'the API server away from the webhook alone',
      deed: 'every request and watch cut for 20 s',
    },
    async (see) => {
      const heal = proxy.onRequest(() => ({ kind: 'reset' }));
      proxy.breakWatches({ kind: 'cut' });
      await delay(20_000);
      const load = await sendReviews(webhook, { body: review, count: 100, connections: 2 });
      expect(load.failures).toEqual([]);
      expect(await webhook.isReady()).toBe(true);
      see('it answers by what it knew, and stays ready');
      heal();
      const began = performance.now();
      const next = { ...vaultStore, metadata: { name: 'later' } };
      await cluster().kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(next) });
      const wanted = { 'mayfly.dev/secret.db': 'cluster/later:secret/data/db#key' };
      await untilSlowly(async () => (await create('later', wanted)).status === 201, 120_000);
      see(`what came since is known ${inSeconds(performance.now() - began)} after its return`);
    },
  );

  itSurvives(
    {
      id: 'F20',
      fault: 'every webhook down',
      deed: 'SIGKILL, then pods that ask and pods that do not',
    },
    async (see) => {
      const { port } = webhook;
      await webhook.end('SIGKILL');
      const asked = await create('asks', asking);
      const other = await create('other', {});
      expect([asked.status, other.status]).toEqual([500, 201]);
      const { message } = asked.body as { readonly message: string };
      expect(message).toContain('failed calling webhook "pods.mayfly.dev"');
      see(`refused: ${message.slice(0, 80)}…`);
      see('the other one is created');
      webhook = await start(port);
      expect((await create('again', asking)).status).toBe(201);
    },
  );

  itSurvives(
    {
      id: 'F21',
      fault: 'the certificate replaced under load',
      deed: '1,000 reviews, each over a connection of its own, and three new certificates',
    },
    async (see) => {
      const nexts = await Promise.all(
        [1, 2, 3].map(async () => await createTestCertificates(['127.0.0.1'])),
      );
      const counts = { sent: 0, failed: 0, isOver: false };
      const seen = new Set<string>();
      const replaced = (async (): Promise<void> => {
        for (const next of nexts) {
          await webhook.replaceCertificates(next);
          await delay(2500);
        }
        counts.isOver = true;
      })();
      while (!counts.isOver || counts.sent < 1000) {
        // All these authorities have one name, and a client takes any of that name.
        const client = createReviewClient({ port: webhook.port, caPem: null, keepAlive: false });
        const answers = await Promise.allSettled(
          Array.from({ length: 10 }, async () => await client.send('/pods', review)),
        );
        client.close();
        counts.sent += answers.length;
        for (const answer of answers) {
          if (answer.status === 'fulfilled' && answer.value.response.allowed === true) {
            seen.add(answer.value.certificate);
          } else counts.failed += 1;
        }
      }
      await replaced;
      see(`${counts.sent} handshakes, ${counts.failed} failed, ${seen.size} certificates seen`);
      expect(counts.failed).toBe(0);
      expect(seen.size).toBe(4);
      await pointWebhooks(cluster(), { port: webhook.port, caPem: nexts.at(-1)?.caPem ?? '' });
    },
  );

  itSurvives(
    {
      id: 'F25',
      fault: 'SIGTERM under load',
      deed: 'while 8 connections send reviews, until 1 s before it closes',
    },
    async (see) => {
      const { port } = webhook;
      await webhook.end('SIGKILL');
      webhook = await start(port);
      const began = performance.now();
      const ended = webhook.end('SIGTERM');
      let unreadyMs = 0;
      const watching = untilSlowly(async () => !(await webhook.isReady())).then(() => {
        unreadyMs = performance.now() - began;
      });
      const load = await sendReviews(webhook, {
        body: review,
        count: 100_000,
        connections: 8,
        forMs: 4000,
      });
      await watching;
      expect(await ended).toBe(0);
      see(
        `not ready after ${inSeconds(unreadyMs)}, ended after ${inSeconds(performance.now() - began)}`,
      );
      see(`${load.answered} reviews answered meanwhile, ${load.failures.length} cut`);
      expect(load.failures).toEqual([]);
      expect(load.answered).toBeGreaterThan(100);
      expect(unreadyMs).toBeLessThan(2000);
      expect(performance.now() - began).toBeLessThan(15_000);
      webhook = await start(port);
    },
  );

  itSurvives(
    {
      id: 'F29',
      fault: 'another injector that comes behind',
      deed: 'a mesh puts its proxy in front, and the webhook is asked again',
    },
    async (see) => {
      const mesh = await openMeshWebhook(cluster());
      await untilSlowly(async () => {
        const { body } = await create(`mesh-${Math.round(performance.now())}`, asking);
        return (body as PodView).spec.initContainers?.length === 2;
      });
      const { body } = await create('meshed', asking);
      const { initContainers = [], volumes = [] } = (body as PodView).spec;
      see(`init containers: ${initContainers.map(({ name }) => name).join(', ')}`);
      expect(initContainers.filter(({ name }) => name === 'mayfly-agent')).toHaveLength(1);
      expect(volumes.filter(({ name }) => name === 'mayfly-files')).toHaveLength(1);
      await mesh.close();
    },
  );
});
