import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import {
  certsUser,
  createCertsPrograms,
  type CertsPrograms,
} from '#test/support/certs/certs-program.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import type { RunningRole } from '#test/support/stage/start-role.ts';
import { untilSlowly } from '#test/support/until.ts';
import { applyManifests } from '#test/support/webhook/webhook-on-cluster.ts';

const long = 120_000;
const configurations = join(root, 'manifests/components/webhook/configurations.yaml');
const authority = join(root, 'manifests/components/webhook/certs.yaml');
const host = 'mayfly-webhook.mayfly-system.svc';
const tlsSecret = ['secret', 'mayfly-webhook-tls', '-n', 'mayfly-system'];
const kinds = ['Mutating', 'Validating'] as const;

async function untilSoon(isSo: () => Promise<boolean>): Promise<void> {
  await untilSlowly(isSo, 20_000);
}

/** What a server answers with this certificate to a client that trusts this bundle. */
async function shakeHands(
  given: { readonly cert: string; readonly key: string; readonly ca: string },
  servername: string,
): Promise<string> {
  const server = createServer({ cert: given.cert, key: given.key }, (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket: TLSSocket = connect({ port, host: '127.0.0.1', servername, ca: given.ca });
  const result = await new Promise<string>((resolve) => {
    socket.once('secureConnect', () => resolve('trusted'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
  });
  socket.destroy();
  server.close();
  return result;
}

await describeWithCluster('mayfly certs', { users: [certsUser] }, (cluster) => {
  let programs: CertsPrograms;
  const running: RunningRole[] = [];

  async function kubectl(...args: readonly string[]): Promise<string> {
    return await cluster().kubectl(args);
  }

  async function readSecret(key: string): Promise<string> {
    const path = `jsonpath={.data.${key.replace('.', String.raw`\.`)}}`;
    const text = await kubectl('get', ...tlsSecret, '-o', path);
    return Buffer.from(text, 'base64').toString();
  }

  /** The bundle of every webhook. */
  async function readBundles(): Promise<readonly string[]> {
    const path = 'jsonpath={range .webhooks[*]}{.clientConfig.caBundle}{"\\n"}{end}';
    const texts = await Promise.all(
      kinds.map((kind) =>
        kubectl('get', `${kind}WebhookConfiguration`, 'mayfly-webhook', '-o', path),
      ),
    );
    return texts.flatMap((text) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => Buffer.from(line, 'base64').toString()),
    );
  }

  async function areAll(bundle: string): Promise<boolean> {
    const bundles = await readBundles();
    return bundle !== '' && bundles.length === 5 && bundles.every((one) => one === bundle);
  }

  function countRoots(bundle: string): number {
    return bundle.split('BEGIN CERTIFICATE').length - 1;
  }

  async function readVersion(): Promise<string> {
    const version = 'jsonpath={.metadata.resourceVersion}';
    return await kubectl('get', ...tlsSecret, '-o', version);
  }

  /** As a tool does that keeps a cluster as git says. */
  async function applyAgain(): Promise<void> {
    const apply = ['apply', '--server-side', '--force-conflicts', '--field-manager=gitops'];
    await kubectl(...apply, '-f', configurations, '-f', authority);
  }

  async function patchSecret(change: object): Promise<void> {
    const patch = JSON.stringify({ data: change });
    await kubectl('patch', ...tlsSecret, '--type=merge', '-p', patch);
  }

  async function readLogs(): Promise<string> {
    return (await Promise.all(running.map(async (one) => await one.readLog()))).join('');
  }

  beforeAll(async () => {
    await applyManifests(cluster());
    programs = await createCertsPrograms(cluster());
  }, long);

  afterAll(async () => await programs.remove(), long);

  it(
    'fills the Secret and has every webhook trust what signed it',
    async () => {
      running.push(await programs.start('first'), await programs.start('second'));
      await untilSoon(async () => await areAll(await readSecret('ca.crt')));
      await untilSoon(async () => (await readSecret('tls.crt')) !== '');
      const ca = await readSecret('ca.crt');
      const given = { cert: await readSecret('tls.crt'), key: await readSecret('tls.key'), ca };
      expect(countRoots(ca)).toBe(1);
      expect(await shakeHands(given, host)).toBe('trusted');
      expect(await shakeHands(given, 'kubernetes.default.svc')).toBe(
        'ERR_TLS_CERT_ALTNAME_INVALID',
      );
    },
    long,
  );

  it(
    'has one writer, and the next one changes nothing',
    async () => {
      const before = await readVersion();
      const leaders = await Promise.all(
        running.map(async (one) => (await one.readLog()).includes('"leading"')),
      );
      expect(leaders.filter(Boolean)).toHaveLength(1);
      await running[leaders.indexOf(true)]?.end('SIGKILL');
      const other = running[leaders.indexOf(false)];
      await untilSoon(
        async () => (await other?.readLog())?.includes('certificates are valid') ?? false,
      );
      expect(await readVersion()).toBe(before);
    },
    long,
  );

  it(
    'puts back what somebody took out of the webhooks, and nothing else',
    async () => {
      const bundle = await readSecret('ca.crt');
      const before = await readVersion();
      await kubectl('replace', '-f', configurations);
      await untilSoon(async () => await areAll(bundle));
      const remove = [{ op: 'remove', path: '/webhooks/1/clientConfig/caBundle' }];
      const patch = ['--type=json', '-p', JSON.stringify(remove)];
      await kubectl('patch', 'validatingwebhookconfiguration', 'mayfly-webhook', ...patch);
      await untilSoon(async () => await areAll(bundle));
      expect(await readVersion()).toBe(before);
    },
    long,
  );

  it(
    'leaves nothing that whoever applies the manifests again would change',
    async () => {
      await applyAgain();
      const bundle = await readSecret('ca.crt');
      await untilSoon(async () => await areAll(bundle));
      const versions = ['get', 'mutatingwebhookconfiguration,validatingwebhookconfiguration', '-o'];
      const version = 'jsonpath={.items[*].metadata.resourceVersion}';
      const before = await kubectl(...versions, version);
      const secret = await readVersion();
      await applyAgain();
      expect(await kubectl(...versions, version)).toBe(before);
      expect(await readVersion()).toBe(secret);
    },
    long,
  );

  it(
    'lets a webhook be taken out of its configuration by who has put it there',
    async () => {
      const apply = ['apply', '--server-side', '--field-manager=gitops', '-f'];
      await kubectl('delete', '-f', configurations);
      await kubectl(...apply, configurations);
      await untilSoon(async () => await areAll(await readSecret('ca.crt')));
      const what = ['get', 'validatingwebhookconfiguration', 'mayfly-webhook', '-o', 'json'];
      const read = async (): Promise<string> => await kubectl(...what, '--show-managed-fields');
      await untilSoon(async () => !(await read()).includes('"manager": "mayfly"'));
      const [, text = ''] = (await readFile(configurations, 'utf8')).split('\n---\n');
      const less = text.slice(0, text.lastIndexOf('  - name: objects.mayfly.dev'));
      await cluster().kubectl([...apply, '-'], { stdin: less });
      expect(await read()).not.toContain('objects.mayfly.dev');
      expect(await read()).toContain('caBundle');
      await applyAgain();
    },
    long,
  );

  it(
    'follows a root whose key was spoiled by another, and serves the leaf meanwhile',
    async () => {
      const leaf = await readSecret('tls.crt');
      const old = await readSecret('ca.crt');
      await patchSecret({ 'root.key': Buffer.from('spoiled').toString('base64') });
      await untilSoon(async () => countRoots((await readBundles())[0] ?? '') === 2);
      await untilSoon(async () => await areAll(await readSecret('ca.crt')));
      expect(await readSecret('ca.crt')).toContain(old);
      expect(await readSecret('tls.crt')).toBe(leaf);
      const log = await readLogs();
      expect(log).toContain('MAYFLY_CERTS_DAMAGED');
      expect(log).toContain(
        'the key root.key of the secret mayfly-system/mayfly-webhook-tls holds no key',
      );
    },
    long,
  );

  it(
    'fills an emptied Secret at once, and keeps trusting what may still be served',
    async () => {
      const leaf = await readSecret('tls.crt');
      const old = await readBundles();
      const empty = '[{"op":"remove","path":"/data"}]';
      await kubectl('patch', ...tlsSecret, '--type=json', '-p', empty);
      await untilSoon(async () => (await readSecret('tls.crt')) !== '');
      await untilSoon(async () => await areAll(await readSecret('ca.crt')));
      const cert = await readSecret('tls.crt');
      expect(cert).not.toBe(leaf);
      const given = { cert, key: await readSecret('tls.key'), ca: await readSecret('ca.crt') };
      expect(await shakeHands(given, host)).toBe('trusted');
      for (const one of (old[0] ?? '').split(/(?<=END CERTIFICATE-----\n)/u)) {
        expect(given.ca).toContain(one);
      }
    },
    long,
  );

  it(
    'says which right it lost, does the rest, and goes on when it has it again',
    async () => {
      const role = await kubectl('get', 'clusterrole', 'mayfly-certs-cluster', '-o', 'json');
      const without = role.replace('"validatingwebhookconfigurations"', '"none"');
      await cluster().kubectl(['replace', '-f', '-'], { stdin: without });
      const wipe = JSON.stringify([{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }]);
      const patch = ['--type=json', '-p', wipe];
      await kubectl('patch', 'mutatingwebhookconfiguration', 'mayfly-webhook', ...patch);
      await untilSoon(async () => {
        const log = await readLogs();
        return /MAYFLY_KUBE_FORBIDDEN[^\n]*validatingwebhookconfiguration/u.test(log);
      });
      await untilSoon(async () => (await readBundles())[0] === (await readSecret('ca.crt')));
      const restored = { ...(JSON.parse(role) as object) } as {
        metadata: { resourceVersion?: string };
      };
      delete restored.metadata.resourceVersion;
      await cluster().kubectl(['replace', '-f', '-'], { stdin: JSON.stringify(restored) });
      await kubectl('patch', 'validatingwebhookconfiguration', 'mayfly-webhook', ...patch);
      await kubectl('annotate', 'mutatingwebhookconfiguration', 'mayfly-webhook', 'again=1');
      await untilSoon(async () => await areAll(await readSecret('ca.crt')));
    },
    long,
  );

  it('may do no more than that', async () => {
    for (const [verb, what] of [
      ['create', 'secrets'],
      ['get', 'secrets/other'],
      ['list', 'secrets'],
      ['delete', 'secrets/mayfly-webhook-tls'],
      ['patch', 'mutatingwebhookconfigurations/other'],
      ['delete', 'mutatingwebhookconfigurations/mayfly-webhook'],
    ] as const) {
      const answer = await kubectl(
        'auth',
        'can-i',
        verb,
        what,
        '-n',
        'mayfly-system',
        `--as=${certsUser}`,
      ).catch(() => 'no');
      expect([verb, what, answer.trim()]).toEqual([verb, what, 'no']);
    }
  });
});
