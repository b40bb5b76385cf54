import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import { canary } from '#test/support/canary/find-canary.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { openFakeBroker, type FakeBroker } from './open-fake-broker.ts';
import { openTokenEndpoint, type TokenEndpoint } from './open-token-endpoint.ts';

export type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program under way. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has printed on standard output so far. */
  out(): string;
  err(): string;
}

/** The machine of a CI system: a broker and a token endpoint, a checkout, and folders in memory and on a disk. */
export interface CiStage {
  readonly broker: FakeBroker;
  readonly endpoint: TokenEndpoint;
  readonly root: string;
  readonly workspace: string;
  /** In memory. */
  readonly memory: string;
  /** What every job has. */
  readonly env: Environment;
  /** That of a job of GitHub which may ask for tokens. */
  readonly github: Environment;
  start(args: readonly string[], env?: Environment): Started;
  /** `mayfly` to its end. */
  run(args: readonly string[], env?: Environment): Promise<Ended>;
  /** Names of what is left in memory. */
  left(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const main = join(root, 'src/main.ts');

/** The broker has the canary at `vault:secret/shop#canary`, and whole secrets for formats. */
export async function openCiStage(): Promise<CiStage> {
  const broker = await openFakeBroker();
  const endpoint = await openTokenEndpoint(broker.url);
  broker.values.set('vault:secret/shop#canary', canary);
  broker.values.set('vault:secret/shop#pem', `-----BEGIN KEY-----\n${canary}\n-----END KEY-----\n`);
  broker.values.set(
    'vault:secret/registry',
    JSON.stringify({ registry: 'r.example', username: 'u', password: canary }),
  );
  const temp = await createTempFolder();
  const memory = await mkdtemp('/dev/shm/mayfly-stage-');
  const workspace = join(temp.path, 'checkout');
  await mkdir(workspace);
  await writeFile(join(temp.path, 'broker.pem'), broker.caPem);
  await writeFile(join(temp.path, 'extra.pem'), endpoint.caPem);
  const env = {
    PATH: process.env['PATH'] ?? '',
    XDG_RUNTIME_DIR: memory,
    MAYFLY_BROKER: broker.url,
    MAYFLY_BROKER_CA: join(temp.path, 'broker.pem'),
    MAYFLY_POLICY: 'shop/ci',
    NODE_EXTRA_CA_CERTS: join(temp.path, 'extra.pem'),
  };
  const start = (args: readonly string[], given: Environment = {}): Started =>
    startProgram([process.execPath, main, ...args], { cwd: workspace, env: { ...env, ...given } });
  return {
    broker,
    endpoint,
    root: temp.path,
    workspace,
    memory,
    env,
    github: {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint.url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: endpoint.credential,
    },
    start,
    run: async (args, given) => await start(args, given).ended,
    left: async () => await readdir(memory),
    close: async () => {
      await Promise.all([broker.close(), endpoint.close()]);
      await rm(memory, { recursive: true, force: true });
      await temp.remove();
    },
  };
}

/** Starts a program whose output is kept. */
export function startProgram(
  [program = '', ...args]: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): Started {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended, out: () => stdout, err: () => stderr };
}
