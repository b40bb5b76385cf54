import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import {
  createTestGitServer,
  type TestGitServer,
} from '#test/support/git-server/create-test-git-server.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { createIssuer, type TestIssuer } from '#test/support/issuer/create-issuer.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey, signToken, type SigningKey } from '#test/support/issuer/signing-key.ts';
import { createBundle } from '#tools/bundle/bundle.ts';
import { createPublisher } from '#tools/demo/publisher.ts';
import { writePrivateFiles } from '#tools/demo/workspace.ts';
import { isReadyAt } from '#tools/demo/broker/is-ready-at.ts';
import type { HttpsPlace } from '../https-connection.ts';
import { createProcReader, type ProcReader } from '../pods/read-proc.ts';
import { waitUntil } from '../sync/wait-until.ts';

export type Algorithm = 'RS256' | 'ES256';

/** `mayfly standalone`, as it ships, that serves the broker over a repository with one encrypted file. */
export interface BrokerStage {
  readonly place: HttpsPlace;
  readonly issuer: TestIssuer;
  readonly keys: Readonly<Record<Algorithm, SigningKey>>;
  readonly folder: string;
  readonly proc: ProcReader;
  /** A token of its own for each exchange, good for five minutes unless said otherwise. */
  makeTokens(alg: Algorithm, count: number, seconds?: number): readonly string[];
  close(): Promise<void>;
}

export interface BrokerStageOptions {
  /** Whether the limits on callers are as they ship. Else there are none to speak of. */
  readonly isLimited: boolean;
  /** Flags of Node. */
  readonly flags?: readonly string[];
}

export async function openBrokerStage(options: BrokerStageOptions): Promise<BrokerStage> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-bench-'));
  const program = await createBundle(join(folder, 'program'));
  const [port = 0, healthPort = 0] = await findFreePorts(2);
  const world = await openWorld(folder, program);
  const { issuer, keys } = world;
  const caPem = await writePlace({ ...world, folder, port, healthPort }, options);
  const child = await start(folder, [
    ...shippedFlags,
    ...(options.flags ?? []),
    program,
    'standalone',
  ]);
  await waitUntil('the broker', async () => await isReadyAt({ port, caPem }));
  return {
    place: { port, caPem },
    issuer,
    keys,
    folder,
    proc: createProcReader(child.pid ?? -1),
    makeTokens: (alg, count, seconds = 300) => {
      // Of a second that the broker has known from its beginning: what is older may have been used before.
      const now = Math.ceil(Date.now() / 1000);
      const aud = `https://127.0.0.1:${port}`;
      return Array.from({ length: count }, () => {
        const claims = makeClaims('github', now * 1000, { iss: issuer.url, aud });
        const own = { ...claims, jti: crypto.randomUUID(), exp: now + seconds };
        return signToken(keys[alg], { claims: own });
      });
    },
    close: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await Promise.all([world.git.close(), issuer.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface World extends Pick<BrokerStage, 'issuer' | 'keys'> {
  readonly git: TestGitServer;
  readonly ageIdentity: string;
}

/** An issuer with a key of each kind, and a repository. */
async function openWorld(folder: string, program: string): Promise<World> {
  const ageIdentity = await generateX25519Identity();
  const publisher = await createPublisher(folder, program);
  await publisher.writeFile('ci/db.env', 'PASSWORD=of the bench\nUSER=shop\n');
  await publisher.encrypt('ci/db.env', await identityToRecipient(ageIdentity));
  await publisher.publish('one file');
  const git = await createTestGitServer({ repository: publisher.bareRepository });
  const issuer = await createIssuer();
  const keys = { RS256: issuer.key, ES256: createSigningKey('es256', 'ES256') };
  issuer.publish(keys.RS256, keys.ES256);
  return { git, issuer, keys, ageIdentity };
}

interface Place extends World {
  readonly folder: string;
  readonly port: number;
  readonly healthPort: number;
}

/** Answers the certificate of who vouches for the broker. */
async function writePlace(
  { folder, port, healthPort, git, issuer, ageIdentity }: Place,
  { isLimited }: BrokerStageOptions,
): Promise<string> {
  const { caPem, certPem, keyPem } = await createTestCertificates(['127.0.0.1']);
  await writePrivateFiles(folder, {
    'tls.crt': certPem,
    'tls.key': keyPem,
    'keys/shop/git/ca.crt': git.caPem,
    'keys/shop/age/keys.txt': ageIdentity,
    'objects/all.yaml': renderObjects(git.url, issuer),
    'mayfly.yaml': `objectsDir: ${folder}/objects
stateDir: ${folder}/state
secretsDir: ${folder}/keys
git: { allowedHosts: ['${new URL(git.url).host}'] }
http: { listen: 127.0.0.1:${healthPort} }
status: { socket: ${folder}/status.sock }
log: { format: json }
broker:
  url: https://127.0.0.1:${port}
  listen: 127.0.0.1:${port}
  certFile: ${folder}/tls.crt
  keyFile: ${folder}/tls.key
  drain: 0s
  limits: ${JSON.stringify(isLimited ? {} : noLimits)}
`,
  });
  return caPem;
}

async function start(folder: string, args: readonly string[]): Promise<ChildProcess> {
  const log = await open(join(folder, 'mayfly.log'), 'a');
  const child = spawn(process.execPath, [...args, '--config', join(folder, 'mayfly.yaml')], {
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: process.env['PATH'] },
    cwd: folder,
  });
  // Whatever ends the benchmark ends it too.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  await log.close();
  return child;
}

/** As the manifest of the broker has them. */
const shippedFlags = ['--max-semi-space-size=16', '--max-old-space-size=256'];
const many = { perSecond: 1_000_000, burst: 1_000_000 };
const noLimits = { address: many, issuer: many, tenant: many, subject: many };

function renderObjects(gitUrl: string, issuer: TestIssuer): string {
  const decryption = { keys: [{ secretRef: { name: 'age' } }] };
  const git = { sourceRef: { name: 'config' }, path: 'ci', decryption };
  const github = {
    issuer: 'github',
    ownerId: ['65'],
    repositoryId: ['74'],
    ref: ['refs/heads/main'],
  };
  const specs = {
    GitSource: {
      name: 'config',
      spec: {
        url: gitUrl,
        ref: { branch: 'main' },
        interval: '10m',
        auth: { type: 'none', secretRef: { name: 'git' } },
      },
    },
    Store: { name: 'values', spec: { provider: { git } } },
    AccessPolicy: {
      name: 'release',
      spec: {
        subjects: [{ github }],
        grants: [{ store: 'values', paths: ['db.env'], maxTtl: '15m' }],
      },
    },
    TokenIssuer: {
      name: 'github',
      spec: { kind: 'github', issuer: issuer.url, ca: issuer.caPem, allowPrivateAddress: true },
    },
  };
  return Object.entries(specs)
    .map(([kind, { name, spec }]) => {
      const metadata = kind === 'TokenIssuer' ? { name } : { name, namespace: 'shop' };
      return JSON.stringify({ apiVersion: 'mayfly.dev/v1alpha1', kind, metadata, spec });
    })
    .join('\n---\n');
}
