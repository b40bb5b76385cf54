import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ClusterAnswer } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { aPod, asking, vaultStore } from '#test/support/webhook/pods.ts';
import { untilSlowly } from '#test/support/until.ts';
import {
  applyManifests,
  pointWebhooks,
  webhookUser,
} from '#test/support/webhook/webhook-on-cluster.ts';
import {
  agentImage,
  startWebhook,
  type RunningWebhook,
} from '#test/support/webhook/running-webhook.ts';

const long = 120_000;
const pods = '/api/v1/namespaces/shop/pods';

interface PodView {
  readonly metadata: { readonly annotations?: Record<string, string> };
  readonly spec: {
    readonly initContainers?: readonly { name: string; image: string; command: string[] }[];
    readonly containers: readonly { name: string; volumeMounts?: { name: string }[] }[];
  };
}

await describeWithCluster(
  'mayfly webhook',
  { users: [webhookUser, 'tenant', 'debugger'] },
  (cluster) => {
    let folder: string;
    let webhook: RunningWebhook;

    async function create(pod: object, user = 'admin'): Promise<ClusterAnswer> {
      return await cluster().request({ path: pods, body: pod, user });
    }

    function messageOf({ body }: ClusterAnswer): string {
      return (body as { readonly message?: string }).message ?? '';
    }

    async function apply(object: object): Promise<string> {
      return await cluster().kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(object) });
    }

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mayfly-webhook-'));
      await applyManifests(cluster(), ['webhook', 'webhook-compatibility']);
      await cluster().kubectl(['create', 'namespace', 'shop']);
      const kubeconfig = await cluster().writeKubeconfig(webhookUser);
      webhook = await startWebhook({
        folder,
        kubeconfig,
        lines: ['envVia: file', 'compatibility: [vault-k8s]', 'defaultStore: cluster/vault'],
      });
      await pointWebhooks(cluster(), webhook);
      await apply(vaultStore);
      await untilSlowly(async () => (await create(aPod('first', asking))).status === 201);
    }, long);

    afterAll(async () => {
      await webhook.end('SIGKILL');
      await rm(folder, { recursive: true });
    });

    it('admits a pod that asks, with the agent', async () => {
      const { status, body } = await create(aPod('admitted', asking));
      expect(status).toBe(201);
      const { metadata, spec } = body as PodView;
      expect(spec.initContainers).toMatchObject([{ name: 'mayfly-agent', image: agentImage }]);
      expect(spec.initContainers?.[0]?.command.at(-1)).toBe('init');
      expect(spec.containers[0]?.volumeMounts).toMatchObject([{ name: 'mayfly-files' }]);
      expect(metadata.annotations).toMatchObject({ 'mayfly.dev/injected': 'app' });
    });

    it('lets a pod be that asks for nothing', async () => {
      const { status, body } = await create(aPod('plain', { 'example.com/x': 'y' }));
      expect(status).toBe(201);
      expect((body as PodView).spec.initContainers).toBeUndefined();
    });

    it('refuses a pod with everything that is wrong with it', async () => {
      const wrong = {
        'mayfly.dev/secrt.db': 'x',
        'mayfly.dev/mode.db': '9',
        'mayfly.dev/secret.db': 'cluster/vaul:secret/data/db',
      };
      const answer = await create(aPod('wrong', wrong));
      expect(answer.status).toBe(400);
      for (const code of [
        'MAYFLY_POD_ANNOTATION_UNKNOWN',
        'MAYFLY_POD_ANNOTATION_INVALID',
        'MAYFLY_POD_STORE_UNKNOWN',
      ]) {
        expect(messageOf(answer)).toContain(code);
      }
    });

    it('understands the annotations of another injector where it is told to', async () => {
      const theirs = {
        'vault.hashicorp.com/agent-inject': 'true',
        'vault.hashicorp.com/agent-inject-secret-db': 'secret/data/shop/db',
      };
      const { status, body } = await create(aPod('theirs', theirs));
      expect({ status, body }).toMatchObject({ status: 201 });
      expect((body as PodView).spec.initContainers?.map(({ name }) => name)).toContain(
        'mayfly-agent',
      );
    });

    it('says nothing else in a dry run', async () => {
      const path = `${pods}?dryRun=All`;
      const { status, body } = await cluster().request({ path, body: aPod('dry', asking) });
      expect(status).toBe(201);
      expect((body as PodView).spec.initContainers).toHaveLength(1);
    });

    it('refuses a pod of a namespace that is left alone', async () => {
      const path = '/api/v1/namespaces/kube-system/pods';
      const pod = { ...aPod('system', asking), metadata: { name: 'system', annotations: asking } };
      const answer = await cluster().request({ path, body: pod });
      expect(answer.status).toBe(403);
      expect(messageOf(answer)).toContain('has no agent');
    });

    it.each([
      ['of another image', { image: 'registry.test/forged:1' }, 'image'],
      ['started in another way', { command: ['/bin/sh', 'init'] }, 'started'],
      ['with arguments', { args: ['-c', 'id'] }, 'started'],
      [
        'with a variable of its own',
        { env: [{ name: 'NODE_OPTIONS', value: '-r /x' }] },
        'variables',
      ],
    ])('a policy refuses an agent %s, whoever put it there', async (_, change, told) => {
      const dry = await cluster().request({
        path: `${pods}?dryRun=All`,
        body: aPod('forge', asking),
      });
      const { spec, metadata } = dry.body as PodView;
      const agent = { ...spec.initContainers?.[0], ...change };
      const forged = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'forged', annotations: metadata.annotations },
        spec: { ...spec, initContainers: [agent] },
      };
      // Past the webhook, as after a change that another one made behind it.
      const path = '/api/v1/namespaces/kube-public/pods';
      const answer = await cluster().request({ path, body: forged });
      expect(answer.status).toBe(403);
      expect(messageOf(answer)).toContain(told);
    });

    it('refuses ephemeral containers that would get at the secrets', async () => {
      const variable = { 'mayfly.dev/env.TOKEN': 'cluster/vault:secret/data/shop/db#token' };
      expect((await create(aPod('target', { ...asking, ...variable }))).status).toBe(201);
      const path = `${pods}/target/ephemeralcontainers`;
      const mount = { volumeMounts: [{ name: 'mayfly-files', mountPath: '/x' }] };
      const fileKeyRef = { volumeName: 'mayfly-env', path: 'env', key: 'A' };
      const ways = {
        mount,
        variable: { env: [{ name: 'A', valueFrom: { fileKeyRef } }] },
        app: { targetContainerName: 'app' },
        agent: { targetContainerName: 'mayfly-agent' },
      };
      async function debug(way: object, user = 'admin'): Promise<ClusterAnswer> {
        const container = { name: 'debug', image: 'registry.test/debug:1', ...way };
        const body = { spec: { ephemeralContainers: [container] } };
        const contentType = 'application/strategic-merge-patch+json';
        const dry = `${path}?dryRun=All`;
        return await cluster().request({ path: dry, method: 'PATCH', body, contentType, user });
      }
      const admin = [
        'create',
        'clusterrolebinding',
        'tenant',
        '--clusterrole=admin',
        '--user=tenant',
      ];
      await cluster().kubectl(admin);
      const debugRole = [
        'create',
        'clusterrole',
        'pod-debug',
        '--verb=patch',
        '--resource=pods/ephemeralcontainers',
      ];
      await cluster().kubectl(debugRole);
      const bind = [
        'create',
        'clusterrolebinding',
        'pod-debug',
        '--clusterrole=pod-debug',
        '--user=tenant',
      ];
      await cluster().kubectl(bind);
      for (const [name, way] of Object.entries(ways)) {
        const answer = await debug(way, 'tenant');
        expect({ name, status: answer.status }).toEqual({
          name,
          status: 403,
        });
      }
      expect(await debug({}, 'tenant')).toMatchObject({ status: 200 });
      expect(await debug(mount, 'admin')).toMatchObject({ status: 200 });
    });

    it('answers wrong objects of Mayfly at once', async () => {
      const path = '/apis/mayfly.dev/v1alpha1/tenantpolicies';
      // What the rules in the CRD cannot say: CEL knows no days.
      const spec = { namespaceSelector: {}, ttl: { min: '2d', max: '1h' } };
      const head = { apiVersion: 'mayfly.dev/v1alpha1', kind: 'TenantPolicy' };
      const answer = await cluster().request({
        path,
        body: { ...head, metadata: { name: 'wrong' }, spec },
      });
      expect(answer.status).toBe(400);
      expect(messageOf(answer)).toContain('objects.mayfly.dev');
      expect(messageOf(answer)).toContain('MAYFLY_OBJECT_FIELD_INVALID');
    });

    it('warns of what the pods of a workload will be refused for', async () => {
      const metadata = { labels: { app: 'x' }, annotations: { 'mayfly.dev/inject': 'sidecar' } };
      const container = { name: 'app', image: 'registry.test/app:1' };
      const deployment = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'told', namespace: 'shop' },
        spec: {
          selector: { matchLabels: { app: 'x' } },
          template: { metadata, spec: { containers: [container] } },
        },
      };
      const path = '/apis/apps/v1/namespaces/shop/deployments';
      const { status, headers } = await cluster().request({ path, body: deployment });
      expect(status).toBe(201);
      expect(headers['warning']).toContain('MAYFLY_POD_NOTHING_ASKED');
      const job = deployment.spec.template;
      const cron = {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'told', namespace: 'shop' },
        spec: {
          schedule: '0 0 * * *',
          jobTemplate: {
            spec: { template: { ...job, spec: { ...job.spec, restartPolicy: 'Never' } } },
          },
        },
      };
      const answer = await cluster().request({
        path: '/apis/batch/v1/namespaces/shop/cronjobs',
        body: cron,
      });
      expect(answer.status).toBe(201);
      expect(answer.headers['warning']).toContain('MAYFLY_POD_NOTHING_ASKED');
    });

    it('has no right to Secrets, to tokens, or to write anything', async () => {
      const spec = { namespace: 'shop' };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec };
      const answer = await cluster().request({ path, body, user: webhookUser });
      const { status } = answer.body as {
        readonly status: {
          readonly resourceRules: readonly { resources: string[]; verbs: string[] }[];
        };
      };
      const rules = status.resourceRules.filter(
        ({ resources }) => !resources.some((resource) => resource.startsWith('self')),
      );
      expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(
        new Set(['get', 'list', 'watch']),
      );
      expect(new Set(rules.flatMap(({ resources }) => resources))).toEqual(
        new Set(['stores', 'ephemeralsecrets', 'clusterstores', 'tenantpolicies', 'namespaces']),
      );
    });

    it(
      'refuses pods that ask while it is down, says why, and leaves the others alone',
      async () => {
        await webhook.end('SIGKILL');
        const answer = await create(aPod('down', asking));
        expect(answer.status).toBe(500);
        expect(messageOf(answer)).toContain('failed calling webhook "pods.mayfly.dev"');
        expect((await create(aPod('other'))).status).toBe(201);
        const kubeconfig = await cluster().writeKubeconfig(webhookUser);
        webhook = await startWebhook({ folder, kubeconfig, port: webhook.port });
        await pointWebhooks(cluster(), webhook);
        await untilSlowly(async () => (await create(aPod('again', asking))).status === 201);
      },
      long,
    );
  },
);
