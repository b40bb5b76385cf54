import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { copyLate, readPair } from '#test/support/certs/copy-late.ts';
import { startIssuer, type IssuerPrograms } from '#test/support/certs/start-issuer.ts';
import { createCluster, type Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { openClusterApi } from '#test/support/kube/open-cluster-api.ts';
import { untilSlowly } from '#test/support/until.ts';
import { leadToWebhook } from '#test/support/webhook/lead-to-webhook.ts';
import { aPod, asking, vaultStore } from '#test/support/webhook/pods.ts';
import { startWebhook, type RunningWebhook } from '#test/support/webhook/running-webhook.ts';
import { applyManifests, webhookUser } from '#test/support/webhook/webhook-on-cluster.ts';
import { createInjectionCheck } from '../../../certs/check-injection.ts';
import type { CertsPass } from '../../../certs/certs-pass.ts';
import { listWebhookTargets } from '../../../certs/publish/webhook-target.ts';

const long = 180_000;
const namespace = 'mayfly-system';
const programs = ['etcd', 'kube-apiserver', 'kubectl', 'cert-manager', 'cainjector'] as const;
const configurations = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'];

function renderIssuerObject(kind: string, name: string, spec: object): object {
  return { apiVersion: 'cert-manager.io/v1', kind, metadata: { name, namespace }, spec };
}

/** What the administrator brings, and what the documents say of the certificate. */
const objects = [
  renderIssuerObject('Issuer', 'self', { selfSigned: {} }),
  renderIssuerObject('Certificate', 'root', {
    secretName: 'root',
    isCA: true,
    commonName: 'root of the webhook',
    issuerRef: { name: 'self', kind: 'Issuer' },
    privateKey: { algorithm: 'ECDSA' },
  }),
  renderIssuerObject('Issuer', 'root', { ca: { secretName: 'root' } }),
  renderIssuerObject('Certificate', 'mayfly-webhook', {
    secretName: 'mayfly-webhook-tls',
    dnsNames: ['mayfly-webhook.mayfly-system.svc'],
    duration: '24h',
    issuerRef: { name: 'root', kind: 'Issuer' },
    privateKey: { algorithm: 'ECDSA', rotationPolicy: 'Always' },
  }),
];

interface Scene {
  readonly cluster: Cluster;
  readonly api: KubeApi;
  readonly check: CertsPass;
}

async function problemsOf({ check }: Scene): Promise<readonly string[]> {
  const { problems } = await check(AbortSignal.timeout(10_000));
  return problems.map(({ message }) => message);
}

async function askForCertificate({ cluster }: Scene): Promise<void> {
  await cluster.kubectl(['delete', 'secret', 'mayfly-webhook-tls', '-n', namespace]);
  for (const kind of configurations) {
    const annotation = 'cert-manager.io/inject-ca-from=mayfly-system/mayfly-webhook';
    await cluster.kubectl(['annotate', kind, 'mayfly-webhook', annotation]);
  }
  const stdin = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  await cluster.kubectl(['apply', '-f', '-'], { stdin });
}

/** As `cmctl renew` does. */
async function renew({ cluster }: Scene): Promise<void> {
  const condition = {
    type: 'Issuing',
    status: 'True',
    reason: 'ManuallyTriggered',
    message: 'renewal was asked for',
    lastTransitionTime: new Date().toISOString(),
  };
  const patch = JSON.stringify([{ op: 'add', path: '/status/conditions/-', value: condition }]);
  const what = ['certificate.cert-manager.io', 'mayfly-webhook', '-n', namespace];
  const how = ['--subresource=status', '--type=json', '-p', patch];
  await cluster.kubectl(['patch', ...what, ...how]);
}

async function certificateOf({ api }: Scene): Promise<string> {
  return (await readPair(api, AbortSignal.timeout(10_000))).certPem;
}

async function createPod({ cluster }: Scene, name: string): Promise<number> {
  const path = '/api/v1/namespaces/shop/pods';
  return (await cluster.request({ path, body: aPod(name, asking) })).status;
}

/** Asks for pods until the work is done, and names those that were refused. */
async function admitMeanwhile(scene: Scene, work: Promise<void>): Promise<readonly string[]> {
  const refused: string[] = [];
  const done = new AbortController();
  const worked = work.finally(() => done.abort());
  for (let pod = 0; !done.signal.aborted; pod += 1) {
    const status = await createPod(scene, `pod-${pod}`);
    if (status !== 201) refused.push(`pod-${pod}: ${status}`);
    await delay(60);
  }
  await worked;
  return refused;
}

async function renewThrice(scene: Scene): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const before = await certificateOf(scene);
    await renew(scene);
    await untilSlowly(async () => (await certificateOf(scene)) !== before);
    await delay(3000);
  }
}

await describeWithParts(programs, 'certificates of a real cert-manager', (paths) => {
  let scene: Scene;
  let issuer: IssuerPrograms;
  let webhook: RunningWebhook | null = null;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mayfly-cert-manager-'));
    const cluster = await createCluster({ users: [webhookUser] });
    await applyManifests(cluster);
    await cluster.kubectl(['create', 'namespace', 'shop']);
    await cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(vaultStore) });
    const api = await openClusterApi(cluster);
    const clock = createSystemClock();
    const [mutating, validating] = [['mayfly-webhook'], ['mayfly-webhook']];
    const check = createInjectionCheck(
      { api, now: () => clock.now() },
      {
        secret: { namespace, name: 'mayfly-webhook-tls' },
        webhooks: listWebhookTargets({ mutating, validating }),
      },
    );
    scene = { cluster, api, check };
    issuer = await startIssuer(cluster, [paths['cert-manager'], paths.cainjector]);
  }, long);

  afterAll(async () => {
    await webhook?.end('SIGKILL');
    await issuer.stop();
    await scene.cluster.stop();
    await rm(folder, { recursive: true });
  }, long);

  it(
    'are issued and injected into every webhook, and the check finds nothing wrong',
    async () => {
      expect((await problemsOf(scene)).join()).toContain('is not asked for');
      await askForCertificate(scene);
      await scene.cluster
        .kubectl(['wait', '--for=create', 'secret/mayfly-webhook-tls', '-n', namespace])
        .catch((error: unknown) => {
          throw new Error(issuer.said(), { cause: error });
        });
      await untilSlowly(async () => (await problemsOf(scene)).length === 0);
    },
    long,
  );

  it(
    'are followed by others without a refused admission',
    async () => {
      const stop = new AbortController();
      const pair = await readPair(scene.api, stop.signal);
      const started = await startWebhook({
        folder,
        kubeconfig: await scene.cluster.writeKubeconfig(webhookUser),
        lines: ['envVia: file'],
        certificates: { ...pair, caPem: '' },
      });
      webhook = started;
      await leadToWebhook(scene.cluster, started.port);
      await untilSlowly(async () => (await createPod(scene, 'first')) === 201);
      const take = async (next: typeof pair): Promise<void> =>
        await started.replaceCertificates({ ...next, caPem: '' });
      const copying = copyLate(scene.api, { lateMs: 1000, take }, stop.signal);
      expect(await admitMeanwhile(scene, renewThrice(scene))).toEqual([]);
      stop.abort();
      await copying;
      expect(await problemsOf(scene)).toEqual([]);
    },
    long,
  );
});
