import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import { firstOf, isFor } from '#test/support/cluster/faults/faults.ts';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { watchPrograms, type ProgramWatch } from '#test/support/canary/watch-programs.ts';
import {
  createTestGitServer,
  type TestGitServer,
} from '#test/support/git-server/create-test-git-server.ts';
import { describeWorld, expectNoCrash } from '#test/support/kube-world/describe-world.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { measure } from '#test/support/kube-world/measure.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';
import { aSecret, aSource, type StageObject } from '#test/support/stage/create-stage.ts';
import { leakyFiles } from '../canary/leaky-files.ts';
import { leakySources } from '../canary/leaky-sources.ts';
import { collectShown } from './canary/collect-shown.ts';
import { encode, fillNamespace } from './canary/fill-namespace.ts';
import { leakyAnswers } from './canary/leaky-answers.ts';
import { handEdits, leakySecrets, quotingPolicy } from './canary/leaky-secrets.ts';
import { mergePatch, objectPath, postSecret, secretPath, settle } from './escapes/tenant.ts';

const long = 180_000;
const regex = { kind: 'encrypted-regex', pattern: '^(data|stringData)$' } as const;

async function putSecret(
  { cluster }: KubeWorld,
  name: string,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  await postSecret(cluster, { metadata: { name } }, { data: encode(texts) });
}

async function publishAll(world: KubeWorld): Promise<void> {
  const files = leakyFiles.map(async ({ type, content }, index) => {
    return [`cases/${index}/leaky.${type}`, await content(world)] as const;
  });
  const secrets = leakySecrets.map(async ({ name, manifest }) => {
    const whole = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...manifest };
    const text = await world.encrypting.encrypt('a.yaml', JSON.stringify(whole), { rule: regex });
    return [`secrets/${name}.yaml`, text] as const;
  });
  const answered = leakyAnswers.map(async ({ name }) => {
    return [`answered/${name}.yaml`, await world.seal(name, { password: canary })] as const;
  });
  const all = await Promise.all([...files, ...secrets, ...answered]);
  await world.work.push(Object.fromEntries(all));
}

function renderObjects(world: KubeWorld, hosts: readonly TestGitServer[]): readonly StageObject[] {
  const files = leakyFiles.map(({ type, target }, index) => {
    const name = `file-${index}`;
    const built = target !== undefined && 'secret' in target ? (target.secret as object) : null;
    const more = built === null ? {} : { target: { secret: { ...built, name } } };
    return aSecret(name, { path: `cases/${index}/leaky.${type}`, ...more });
  });
  const secrets = leakySecrets.map(({ name, spec = {} }) =>
    aSecret(name, { path: `secrets/${name}.yaml`, ...spec }),
  );
  const sources = leakySources.map(({ type }, index) => {
    const auth = { type, secretRef: { name: `host-${index}` } };
    return aSource(world, `host-${index}`, { url: hosts[index]?.url, auth });
  });
  return [aSource(world, 'repo', { interval: '2s' }), ...files, ...secrets, ...sources];
}

await describeWorld(
  'a canary value',
  { controllers: true, audit: true, users: ['tenant', 'deputy'] },
  (world) => {
    let hosts: TestGitServer[] = [];
    let replica: Replica;
    let watch: ProgramWatch;

    async function readReasons(): Promise<ReadonlyMap<string, string>> {
      const paths = ['gitsources', 'ephemeralsecrets'];
      const answers = paths.map(async (plural) => {
        const path = `/apis/mayfly.dev/v1alpha1/namespaces/shop/${plural}`;
        const { body } = await world().cluster.request({ path });
        return (body as { readonly items: readonly Judged[] }).items;
      });
      return new Map(
        (await Promise.all(answers)).flat().map(({ metadata, status }) => {
          const ready = status?.conditions?.find(({ type }) => type === 'Ready');
          return [metadata.name, ready?.reason ?? ''];
        }),
      );
    }

    beforeAll(async () => {
      await settle(world());
      const { cluster, server } = world();
      hosts = await Promise.all(
        leakySources.map(async ({ answer }) =>
          createTestGitServer({ repository: world().work.bare, answer }),
        ),
      );
      for (const [index, { caPem }] of hosts.entries()) {
        const login = { username: 'reader', password: canary, bearerToken: canary };
        await putSecret(world(), `host-${index}`, { ...login, 'ca.crt': caPem });
      }
      await putSecret(world(), 'leaky-identity', {
        'keys.txt': `${canary}\nAGE-SECRET-KEY-1${canary}\n`,
      });
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: quotingPolicy });
      await cluster.kubectl(['apply', '-f', '-'], { stdin: list });
      const probe = { metadata: { name: 'refused-probe' } };
      const isQuoting = async (): Promise<boolean> =>
        (await postSecret(cluster, probe, { namespace: 'victim' })).status === 422;
      await measure('the policy is in force', isQuoting);
      await publishAll(world());
      await world().apply(renderObjects(world(), hosts));
      await fillNamespace(world());
      const allowedHosts = [server, ...hosts].map(({ url }) => new URL(url).host);
      replica = await world().addReplica('one', { git: { allowedHosts } });
      await replica.start();
      watch = watchPrograms(replica.pid, async () => []);
    }, long);

    afterAll(async () => {
      await watch.end();
      for (const host of hosts) await host.close();
    }, long);

    it(
      'takes more than forty ways, and each object is answered',
      async () => {
        const isAnswered = async (): Promise<boolean> =>
          [...(await readReasons()).values()].every(
            (reason) => !['', 'Progressing'].includes(reason),
          );
        await measure('every object is answered', isAnswered);
        const reasons = await readReasons();
        const refused = [...reasons.values()].filter(
          (reason) => !['Synced', 'Verified'].includes(reason),
        );
        expect(refused.length).toBeGreaterThanOrEqual(40);
        for (const { name, reason } of leakySecrets) {
          expect([name, reasons.get(name)]).toEqual([name, reason]);
        }
        expect(await world().readValues('leaky')).toEqual({ password: canary });
        const full = objectPath('EphemeralSecret', 'full', 'full');
        await measure('the quota refuses', async () => {
          const { body } = await world().cluster.request({ path: full });
          return JSON.stringify(body).includes('MAYFLY_KUBE_REFUSED');
        });
      },
      long,
    );

    it.each(handEdits)('is repaired where others write $deed', async ({ deed: _, ...body }) => {
      const path = secretPath('leaky');
      const { status } = await mergePatch(world().cluster, { path, body, user: 'admin' });
      expect(status).toBe(200);
      await measure('it is repaired', async () => {
        const values = await world().readValues('leaky');
        return JSON.stringify(values) === JSON.stringify({ password: canary });
      });
    });

    it.each(leakyAnswers)(
      'is tried again where the API server says no and quotes it: $name',
      async ({ name, fault }) => {
        const isCreation = isFor('secrets');
        const rule = firstOf(1, (one) => one.method === 'POST' && isCreation(one), fault);
        const heal = replica.proxy.onRequest(rule);
        const place = `ephemeralsecrets/${name}`;
        await world().apply([aSecret(name, { path: `answered/${name}.yaml` })]);
        await measure(`${place} is answered`, async () => {
          const ready = await world().readCondition(place, 'Ready');
          return !['', 'Progressing'].includes(ready?.reason ?? '');
        });
        heal();
        const force = { metadata: { annotations: { 'mayfly.dev/reconcile-at': name } } };
        const path = objectPath('EphemeralSecret', name);
        await mergePatch(world().cluster, { path, body: force, user: 'admin' });
        await measure('it is there', async () => (await world().readValues(name)) !== null);
      },
      long,
    );

    it(
      'shows nowhere but in Secrets',
      async () => {
        await watch.end();
        const seen = [...watch.seen].join('\n');
        expect(seen).toContain('git-remote-https');
        const shown = { ...(await collectShown(world(), replica)), 'programs that it ran': seen };
        for (const [where, text] of Object.entries(shown)) {
          expect({ where, isEmpty: text.length === 0 }).toEqual({ where, isEmpty: false });
          expect({ where, forms: findCanary(text) }).toEqual({ where, forms: [] });
        }
        expectNoCrash(world());
      },
      long,
    );

    it('would be left by no dump: there are no core files, reports or debuggers', async () => {
      expect(await readFile(`/proc/${replica.pid}/coredump_filter`, 'utf8')).toMatch(/^0+\n$/u);
      process.kill(replica.pid, 'SIGUSR1');
      await measure('it still answers', async () => (await replica.ask('/healthz')) === 200);
      expect(await replica.readLog()).not.toContain('Debugger listening');
      const files = await readdir(process.cwd());
      expect(files.filter((name) => /^(?:report\.|core)/u.test(name))).toEqual([]);
      const manifest = await readFile(join(root, 'manifests/base/controller.yaml'), 'utf8');
      expect(manifest).not.toMatch(
        /--report|--inspect|--abort|--heapsnapshot|SYS_PTRACE|privileged/u,
      );
      await replica.end('SIGTERM');
      expect(findCanary(await replica.readLog())).toEqual([]);
    });
  },
);

interface Judged {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly { type: string; reason: string }[] };
}
