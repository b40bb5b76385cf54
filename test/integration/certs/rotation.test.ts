import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { copyLate, readPair } from '#test/support/certs/copy-late.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { openClusterApi } from '#test/support/kube/open-cluster-api.ts';
import { aPod, asking, vaultStore } from '#test/support/webhook/pods.ts';
import { untilSlowly } from '#test/support/until.ts';
import { applyManifests, webhookUser } from '#test/support/webhook/webhook-on-cluster.ts';
import { leadToWebhook } from '#test/support/webhook/lead-to-webhook.ts';
import { startWebhook } from '#test/support/webhook/running-webhook.ts';
import { createAuthorityKeeper } from '../../../certs/keep-authority.ts';
import { listWebhookTargets } from '../../../certs/publish/webhook-target.ts';

const long = 300_000;
const aSecond = 1000;
const admissions = 1000;
/** As short as the rest of the test allows: the proportions are those of days and years. */
const lifetimes = { leafMs: 16 * aSecond, rootMs: 45 * aSecond, settleMs: 4 * aSecond };
const kubeletMs = 2 * aSecond;

await describeWithCluster('the rotation of certificates', { users: [webhookUser] }, (cluster) => {
  it(
    'goes by a thousand admissions without a failure',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'mayfly-rotation-'));
      const stop = new AbortController();
      const { signal } = stop;
      await applyManifests(cluster());
      await cluster().kubectl(['create', 'namespace', 'shop']);
      const api = await openClusterApi(cluster());
      const clock = createSystemClock();
      const steps: string[] = [];
      const keep = createAuthorityKeeper(
        {
          api,
          now: () => clock.now(),
          clock,
          random: createSystemRandom(),
          onStep: (step) => steps.push(step),
          onPublished: () => undefined,
        },
        {
          ...lifetimes,
          secret: { namespace: 'mayfly-system', name: 'mayfly-webhook-tls' },
          webhooks: listWebhookTargets({
            mutating: ['mayfly-webhook'],
            validating: ['mayfly-webhook'],
          }),
          names: ['mayfly-webhook.mayfly-system.svc'],
        },
      );
      await keep(signal);
      const pair = await readPair(api, signal);
      const webhook = await startWebhook({
        folder,
        kubeconfig: await cluster().writeKubeconfig(webhookUser),
        lines: ['envVia: file'],
        certificates: { ...pair, caPem: '' },
      });
      try {
        await leadToWebhook(cluster(), webhook.port);
        const store = JSON.stringify(vaultStore);
        await cluster().kubectl(['apply', '-f', '-'], { stdin: store });
        const create = async (name: string): Promise<number> => {
          const path = '/api/v1/namespaces/shop/pods';
          return (await cluster().request({ path, body: aPod(name, asking) })).status;
        };
        await untilSlowly(async () => (await create('first')) === 201);
        const copying = copyLate(
          api,
          {
            lateMs: kubeletMs,
            take: async (next) => await webhook.replaceCertificates({ ...next, caPem: '' }),
          },
          signal,
        );
        const rotating = keepOften(keep, signal);
        const failures: string[] = [];
        for (let pod = 0; pod < admissions || countRoots(steps) < 3; pod += 1) {
          const status = await create(`pod-${pod}`);
          if (status !== 201) failures.push(`${pod}: ${status} after ${steps.join()}`);
          await delay(60);
        }
        stop.abort();
        await Promise.all([copying, rotating]);
        expect(failures).toEqual([]);
        expect(steps.filter((step) => step === 'renew-leaf').length).toBeGreaterThanOrEqual(3);
      } finally {
        stop.abort();
        await webhook.end('SIGKILL');
        await rm(folder, { recursive: true });
      }
    },
    long,
  );
});

function countRoots(steps: readonly string[]): number {
  return steps.filter((step) => step === 'promote').length;
}

async function keepOften(
  keep: (signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await keep(signal).catch(() => undefined);
    await delay(500, undefined, { signal }).catch(() => undefined);
  }
}
