import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { openValkey } from '#adapters/replay/valkey/open-valkey.ts';
import { makeOwnToken } from '#core/broker/tickets/own-token.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import {
  anObject,
  brokerAccount,
  installBroker,
  startPod,
} from '#test/support/broker/broker-cluster.ts';
import {
  startBroker,
  type BrokerProgram,
  type ProgramAnswer,
} from '#test/support/broker/start-broker.ts';
import { root } from '#test/support/arch/source-files.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { describeOrSkip } from '#test/support/describe-with-parts.ts';
import { openFakeVault } from '#test/support/fake-vault/open-fake-vault.ts';
import { createFaultProxy, type FaultProxy } from '#test/support/fault-proxy.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { brokerAudience, makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey, signToken } from '#test/support/issuer/signing-key.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { untilSlowly } from '#test/support/until.ts';
import { createValkey, whyNoValkey, type Valkey } from '#test/support/valkey/create-valkey.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';
import { textAt } from '#test/support/vault/vault-client.ts';

const { signal } = new AbortController();
const random = createSystemRandom();
const options = { users: [brokerAccount] };
const long = 180_000;
const key = createSigningKey('job');
const password = { PASSWORD: 'cluster/vault:secret/data/team/db#password' };
const readPath = '/v1/cluster/vault/data/secret/data/team/db';
const leasedPath = '/v1/cluster/vault/data/database/creds/app';

/** Of a second that begins after the memory of uses has: a token tells whole seconds. */
function sign(aheadMs = 1000): string {
  const claims = makeClaims('github', Date.now() + aheadMs, { jti: crypto.randomUUID() });
  return signToken(key, { claims });
}

/** A stand-in for Vault that believes the tokens which the API server makes for `mayfly-store`. */
async function openVault(cluster: Cluster, issuer: string): Promise<OpenVault> {
  const vault = await openFakeVault();
  const pem = await readFile(join(cluster.folder, 'service-accounts.pub'), 'utf8');
  await vault.root.call('POST', 'auth/jwt/config', {
    jwt_validation_pubkeys: [pem],
    bound_issuer: issuer,
  });
  await vault.root.call('POST', 'auth/jwt/role/app', {
    role_type: 'jwt',
    user_claim: 'sub',
    bound_audiences: [vault.url],
    bound_subject: 'system:serviceaccount:mayfly-system:mayfly-store',
    token_policies: ['app'],
    token_ttl: '20m',
    token_max_ttl: '1h',
  });
  await vault.root.call('POST', 'secret/data/team/db', { data: { password: 'hunter2-hunter2' } });
  return vault;
}

/** Jobs of GitHub and pods of `shop/web` may read all of the vault. */
async function furnish(cluster: Cluster, vault: OpenVault, issuer: string): Promise<void> {
  const stores = join(root, 'manifests/components/broker-stores/rbac.yaml');
  await cluster.kubectl(['apply', '-f', stores]);
  await cluster.kubectl(['-n', 'mayfly-system', 'create', 'serviceaccount', 'mayfly-store']);
  const jwks = JSON.stringify({ keys: [key.jwk] });
  const iss = String(makeClaims('github', 0)['iss']);
  const login = { method: 'jwt', role: 'app' };
  const provider = { vault: { address: vault.url, ca: vault.caPem, login } };
  const grants = [{ store: 'cluster/vault', paths: ['secret/**', 'database/**'], maxTtl: '15m' }];
  const github = { issuer: 'github', ownerId: ['65'], repositoryId: ['74'] };
  const pod = { issuer: 'own', serviceAccounts: ['shop/web'] };
  const keys = { inline: { jwks } };
  const objects = [
    anObject('TokenIssuer', 'own', { kind: 'kubernetes', issuer, keys: { cluster: {} } }),
    anObject('TokenIssuer', 'github', { kind: 'github', issuer: iss, keys }),
    anObject('ClusterStore', 'vault', {
      provider,
      serviceAccountName: 'mayfly-store',
      namespaceSelector: {},
    }),
    anObject('ClusterAccessPolicy', 'jobs', { subjects: [{ github }, { pod }], grants }),
  ];
  await cluster.kubectl(['apply', '-f', '-'], { stdin: objects.join('\n---\n') });
}

async function exchange(broker: BrokerProgram, token: string, change = {}): Promise<number> {
  const body = { token, policy: 'cluster/jobs', secrets: password, ...change };
  return (await broker.send('/v1/exchange', { body })).status;
}

async function logIn(broker: BrokerProgram, jwt = sign()): Promise<string> {
  const body = { role: 'cluster/jobs', jwt };
  const answer = await broker.send('/v1/auth/jwt/login', { body });
  expect(answer).toMatchObject({ status: 200 });
  return textAt(answer.body, 'auth', 'client_token');
}

async function read(broker: BrokerProgram, token: string, path = readPath): Promise<ProgramAnswer> {
  return await broker.send(path, { method: 'GET', headers: { 'x-vault-token': token } });
}

async function revoke(broker: BrokerProgram, token: string): Promise<number> {
  const asked = { headers: { 'x-vault-token': token } };
  return (await broker.send('/v1/auth/token/revoke-self', asked)).status;
}

/** As a broker keeps one, by whoever may write to the server. */
async function writeTicket(
  { port }: Valkey,
  token: SecretBytes,
  identityToken: string,
): Promise<void> {
  const clock = createSystemClock();
  const place = { host: '127.0.0.1', port, tls: null, username: null, password: null };
  const prove = async (): Promise<never> => await Promise.reject(new Error('nobody asks'));
  const opening = { audience: brokerAudience, most: 100 };
  const { replay, tickets } = openValkey({ clock, random, prove }, place, opening);
  const ticket = { id: 'forged', policy: 'cluster/jobs', expiresAt: clock.now() + 60_000 };
  const shown = SecretBytes.take(Buffer.from(identityToken));
  await tickets.keep(token, { ...aCaller({ token: shown }), ticket }, signal);
  await replay.close();
}

/** What the tests share. */
interface Scene {
  readonly cluster: Cluster;
  readonly valkey: Valkey;
  readonly proxy: FaultProxy;
  readonly brokers: readonly [BrokerProgram, BrokerProgram];
}

function describeBrokers(cluster: () => Cluster): void {
  let vault: OpenVault;
  let valkey: Valkey;
  let proxy: FaultProxy;
  let folder: Awaited<ReturnType<typeof createTempFolder>>;
  let kubeconfig: string;
  let brokers: readonly [BrokerProgram, BrokerProgram];

  beforeAll(async () => {
    const { body } = await cluster().request({ path: '/.well-known/openid-configuration' });
    const { issuer } = body as { readonly issuer: string };
    await installBroker(cluster());
    vault = await openVault(cluster(), issuer);
    await furnish(cluster(), vault, issuer);
    kubeconfig = await cluster().writeKubeconfig(brokerAccount);
  }, long);
  afterAll(async () => await vault.close());

  beforeEach(async () => {
    folder = await createTempFolder();
    valkey = await createValkey();
    proxy = await createFaultProxy({ targetPort: valkey.port });
    const certificates = await createTestCertificates(['127.0.0.1']);
    const same = { folder: folder.path, kubeconfig, certificates, valkeyPort: proxy.port };
    brokers = await Promise.all([
      startBroker({ ...same, name: 'a' }),
      startBroker({ ...same, name: 'b' }),
    ]);
  }, long);
  afterEach(async () => {
    await Promise.all(brokers.map(async (broker) => await broker.end('SIGKILL')));
    await proxy.close();
    await valkey.close();
    await folder.remove();
  });

  const scene = (): Scene => ({ cluster: cluster(), valkey, proxy, brokers });
  describeTokens(scene);
  describeEnd(scene);
  describeValkey(scene);
}

function describeTokens(scene: () => Scene): void {
  it(
    'give values once for a token of a job, and again for the same request',
    async () => {
      const [a, b] = scene().brokers;
      const token = sign();
      expect(await exchange(a, token)).toBe(200);
      expect(await exchange(b, token)).toBe(200);
      const other = { secrets: { OTHER: password.PASSWORD } };
      expect(await exchange(b, token, other)).toBe(403);
      expect((await b.readAudit()).at(-1)?.fields).toMatchObject({ clause: 'token.spent' });
    },
    long,
  );

  it(
    'know the tokens of each other, until one of them is told to forget',
    async () => {
      const [a, b] = scene().brokers;
      const token = await logIn(a);
      const found = { data: { data: { password: 'hunter2-hunter2' } } };
      expect(await read(b, token)).toMatchObject({ status: 200, body: found });
      expect(await revoke(a, token)).toBe(204);
      expect((await read(b, token)).status).toBe(403);
      expect((await read(a, token)).status).toBe(403);
    },
    long,
  );

  it(
    'believe nobody who can write to the Valkey and no more',
    async () => {
      const [a] = scene().brokers;
      const stranger = createSigningKey('job');
      const claims = makeClaims('github', Date.now() + 1000, { jti: crypto.randomUUID() });
      const token = makeOwnToken(random);
      await writeTicket(scene().valkey, token, signToken(stranger, { claims }));
      expect((await read(a, Buffer.from(token.expose()).toString())).status).toBe(403);
      const [denial] = (await a.readAudit()).filter(({ event }) => event === 'denial');
      expect(denial?.fields).toMatchObject({ clause: expect.stringContaining('signature') });
    },
    long,
  );

  it(
    'ask the API server about the pod that logged in at the other one',
    async () => {
      const [a, b] = scene().brokers;
      const token = await logIn(a, await startPod(scene().cluster, 'web-1'));
      expect((await read(b, token)).status).toBe(200);
      const deletion = ['-n', 'shop', 'delete', 'pod', 'web-1', '--grace-period=0', '--force'];
      await scene().cluster.kubectl(deletion);
      await untilSlowly(async () => (await read(b, token)).status === 403);
      expect((await b.readAudit()).at(-1)?.fields).toMatchObject({ clause: 'token.review' });
    },
    long,
  );
}

function describeEnd(scene: () => Scene): void {
  it(
    'lose nothing when one of them ends, which gives back what its leases hold',
    async () => {
      const [a, b] = scene().brokers;
      const token = await logIn(a);
      expect((await read(a, token, leasedPath)).status).toBe(200);
      const ending = a.end('SIGTERM');
      const answers: number[] = [];
      while (a.child.exitCode === null) {
        const [atA, atB] = await Promise.all([read(a, token), read(b, token)]);
        expect([200, 0]).toContain(atA.status);
        answers.push(atB.status);
      }
      expect(await ending).toBe(0);
      expect(new Set(answers)).toEqual(new Set([200]));
      const ends = (await a.readAudit()).filter(({ event }) => event === 'lease-end');
      expect(ends.map(({ fields }) => fields['failures'])).toEqual([[]]);
      expect((await read(b, token)).status).toBe(200);
    },
    long,
  );
}

function describeValkey(scene: () => Scene): void {
  it(
    'give nothing while the Valkey is away, and go on when it is back',
    async () => {
      const [a, b] = scene().brokers;
      const [token, shown] = [await logIn(a), sign()];
      scene().proxy.setFault({ kind: 'reset' });
      scene().proxy.cut();
      for (const broker of [a, b]) {
        expect((await read(broker, token)).status).toBe(503);
        expect(await revoke(broker, token)).toBe(503);
        expect(await exchange(broker, shown)).toBe(503);
      }
      scene().proxy.setFault({ kind: 'none' });
      for (const broker of [a, b]) {
        await untilSlowly(async () => (await read(broker, token)).status !== 503);
        expect((await read(broker, token)).status).toBe(200);
      }
      expect(await exchange(a, shown)).toBe(200);
    },
    long,
  );

  it(
    'believe nothing from before the Valkey lost its memory',
    async () => {
      const [a, b] = scene().brokers;
      const [token, unused] = [await logIn(a), sign(0)];
      await scene().valkey.kill();
      await scene().valkey.start();
      for (const broker of [a, b]) {
        await untilSlowly(async () => (await read(broker, token)).status !== 503);
        expect((await read(broker, token)).status).toBe(403);
      }
      expect(await exchange(a, unused)).toBe(403);
      expect(await exchange(b, sign())).toBe(200);
      expect((await read(b, await logIn(a))).status).toBe(200);
    },
    long,
  );
}

const title = 'two brokers that share a Valkey';
const missing = whyNoValkey();
if (missing === null) {
  await describeWithCluster(title, options, describeBrokers);
} else {
  describeOrSkip(missing, title, () => describeBrokers(absent));
}

function absent(): Cluster {
  throw new Error('there is no Valkey');
}
