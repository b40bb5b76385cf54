import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { readFolder } from '../sink/directory-sink-setup.ts';
import { endProgram } from '../stage/start-role.ts';
import { createTestGitServer, type TestGitServer } from '../git-server/create-test-git-server.ts';

const program = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** How a command of `mayfly` ended. */
export interface CommandEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** More lines for the specs of the objects. */
export interface ObjectsChange {
  readonly secret?: string;
  readonly source?: string;
  readonly interval?: string;
}

export interface World {
  readonly root: string;
  readonly config: string;
  /** Where the secrets of the namespace `shop` appear. */
  readonly secrets: string;
  readonly state: string;
  readonly server: TestGitServer;
  readonly running: ChildProcess | null;
  /** Encrypts the files, commits and pushes them; null removes one. Returns the commit. */
  publish(files: Readonly<Record<string, string | null>>): Promise<string>;
  git(...args: readonly string[]): Promise<string>;
  /** Writes the objects; the secret's spec may be changed. */
  writeObjects(change?: ObjectsChange): Promise<void>;
  /** More lines for the configuration. */
  configure(extra: string): Promise<void>;
  start(): Promise<ChildProcess>;
  /** Ends the running program by a signal; resolves to its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  run(...args: readonly string[]): Promise<CommandEnd>;
  readLog(): Promise<string>;
  /** Whether the program last started is through its start; from then on it hears a signal. */
  isRunning(): Promise<boolean>;
  /** The keys and texts of one secret; null when there is none. */
  readSecret(name: string): Promise<Readonly<Record<string, string>> | null>;
  remove(): Promise<void>;
}

interface Places {
  readonly root: string;
  readonly config: string;
  readonly secrets: string;
  readonly state: string;
  readonly clone: string;
  readonly recipient: string;
}

/** One machine: a real git host, real encrypted files, and the real program as a process of its own. */
export async function createWorld(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'mayfly-world-'));
  const bare = join(root, 'served.git');
  const identity = await generateX25519Identity();
  const places: Places = {
    root,
    config: join(root, 'mayfly.yaml'),
    secrets: join(root, 'secrets'),
    state: join(root, 'state'),
    clone: join(root, 'clone'),
    recipient: await identityToRecipient(identity),
  };
  for (const folder of [places.secrets, places.clone, join(root, 'objects')]) await mkdir(folder);
  await runProgram('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  await runProgram('git', ['-C', bare, 'config', 'receive.denyDeleteCurrent', 'ignore']);
  await git(places, 'init', '--quiet', '--initial-branch=main');
  await git(places, 'remote', 'add', 'origin', bare);
  const server = await createTestGitServer({ repository: bare });
  await writePrivately(join(root, 'keys/shop/age/keys.txt'), `${identity}\n`);
  await writePrivately(join(root, 'keys/shop/git/ca.crt'), server.caPem);
  const world = createHands(places, server);
  await world.configure('');
  await world.writeObjects();
  return world;
}

function createHands(places: Places, server: TestGitServer): World {
  let child: ChildProcess | null = null;
  let logStart = 0;
  const logFile = join(places.root, 'mayfly.log');

  async function start(): Promise<ChildProcess> {
    const log = await open(logFile, 'a');
    logStart = (await log.stat()).size;
    const args = [program, 'standalone', '--config', places.config];
    child = spawn(process.execPath, args, { stdio: ['ignore', log.fd, log.fd] });
    await log.close();
    return child;
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child;
    child = null;
    return ending === null ? null : await endProgram(ending, signal);
  }

  return {
    ...places,
    server,
    get running() {
      return child;
    },
    publish: async (files) => await publish(places, files),
    git: async (...args) => await git(places, ...args),
    writeObjects: async (change = {}) => await writeObjects(places, server, change),
    configure: async (extra) =>
      await writeFile(places.config, renderConfiguration(places, server, extra)),
    start,
    end,
    run: async (...args) => await runProgram(process.execPath, [program, ...args]),
    readLog: async () => await readFile(logFile, 'utf8').catch(() => ''),
    isRunning: async () =>
      (await readFile(logFile)).subarray(logStart).includes('mayfly is running'),
    readSecret: async (name) => await readSecret(join(places.secrets, name)),
    async remove(): Promise<void> {
      await end('SIGKILL');
      await server.close();
      await rm(places.root, { recursive: true, force: true });
    },
  };
}

function renderConfiguration(places: Places, server: TestGitServer, extra: string): string {
  return `objectsDir: ${places.root}/objects
stateDir: ${places.state}
secretsDir: ${places.root}/keys
sinks: [{ namespace: shop, directory: ${places.secrets}, allowDisk: true }]
git: { allowedHosts: ['${new URL(server.url).host}'] }
lease: { minTtl: 5s }
status: { socket: ${places.root}/status.sock }
${extra}
`;
}

async function writeObjects(
  { root }: Places,
  server: TestGitServer,
  change: ObjectsChange,
): Promise<void> {
  const source = `apiVersion: mayfly.dev/v1alpha1
kind: GitSource
metadata: { name: config, namespace: shop }
spec:
  url: ${server.url}
  ref: { branch: main }
  interval: ${change.interval ?? '1s'}
  auth: { type: none, secretRef: { name: git } }
${change.source ?? ''}`;
  const secret = `apiVersion: mayfly.dev/v1alpha1
kind: EphemeralSecret
metadata: { name: all, namespace: shop }
spec:
  sourceRef: { name: config }
  path: secrets
  decryption: { keys: [{ secretRef: { name: age } }] }
  target: { manifests: {} }
${change.secret ?? '  ttl: 1h'}`;
  await writeFile(join(root, 'objects', 'shop.yaml'), `${source}\n---\n${secret}\n`);
}

/** A manifest of a Secret, to be encrypted. */
export function aManifest(name: string, values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([key, value]) => `  ${key}: ${value}`);
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n${lines.join('\n')}\n`;
}

async function publish(
  places: Places,
  files: Readonly<Record<string, string | null>>,
): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(places.clone, path);
    if (text === null) await rm(file);
    else await encrypt(places, file, text);
  }
  await git(places, 'add', '--all');
  await git(places, 'commit', '--quiet', '--message', 'a change');
  await git(places, 'push', '--quiet', 'origin', 'HEAD:main');
  return await git(places, 'rev-parse', 'HEAD');
}

async function encrypt({ recipient }: Places, file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  const regex = ['--encrypted-regex', '^(data|stringData)$'];
  const args = ['encrypt', file, '--age', recipient, '--in-place', ...regex];
  const { code, stderr } = await runProgram(process.execPath, [program, ...args]);
  if (code !== 0) throw new Error(`encrypt: ${stderr}`);
}

const identity = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

async function git({ clone }: Places, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram('git', ['-C', clone, ...args]);
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

async function runProgram(file: string, args: readonly string[]): Promise<CommandEnd> {
  return await new Promise((resolve) => {
    const options = { env: { ...process.env, ...identity }, timeout: 30_000 };
    execFile(file, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, stdout, stderr });
    });
  });
}

async function writePrivately(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o400 });
}

async function readSecret(folder: string): Promise<Readonly<Record<string, string>> | null> {
  return await readFolder(folder).catch(() => null);
}
