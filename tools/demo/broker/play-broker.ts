import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createTestGitServer } from '#test/support/git-server/create-test-git-server.ts';
import { readCleanEnvironment } from '../clean-environment.ts';
import type { Narrator } from '../narrator.ts';
import { createPublisher } from '../publisher.ts';
import { startDemoBroker, type DemoBroker } from './demo-broker.ts';
import { startDemoGithub, type DemoGithub } from './demo-github.ts';

/** A CI job, its token and the broker: granted by ids, denied to a fork, refused twice, and all of it on record. */
export async function playBroker(narrator: Narrator, program: string): Promise<void> {
  narrator.say(
    '\nThe same for CI jobs, which have no credential at all: a token goes in, values come out.',
  );
  narrator.say(
    'A stand-in for GitHub, a process of its own, makes the tokens that jobs get there.\n',
  );
  const root = await mkdtemp(join(tmpdir(), 'mayfly-demo-'));
  try {
    const publisher = await createPublisher(root, program);
    const identity = await generateX25519Identity();
    await publisher.writeFile('ci/registry.env', `PASSWORD=${crypto.randomUUID()}\n`);
    await publisher.encrypt('ci/registry.env', await identityToRecipient(identity));
    await publisher.publish('the password of the registry');
    const git = await createTestGitServer({ repository: publisher.bareRepository });
    const github = await startDemoGithub(root);
    try {
      const broker = await startDemoBroker(program, { root, github, git, ageIdentity: identity });
      await playWith(narrator, { program, root, github, broker });
    } finally {
      await Promise.all([git.close(), github.stop()]);
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

interface Scene {
  readonly program: string;
  readonly root: string;
  readonly github: DemoGithub;
  readonly broker: DemoBroker;
}

async function playWith(narrator: Narrator, scene: Scene): Promise<void> {
  const { broker } = scene;
  try {
    await play(narrator, scene);
    await narrator.step('the broker ends cleanly', async () => {
      const code = await broker.stop();
      if (code !== 0) throw new Error(`it ended with ${code ?? 'a signal'}`);
      return [];
    });
    await proveLog(narrator, scene);
  } catch (error) {
    narrator.say(`The broker's log:\n${(await readFile(broker.logFile, 'utf8')).slice(-2000)}`);
    throw error;
  } finally {
    await broker.stop();
  }
}

async function play(narrator: Narrator, scene: Scene): Promise<void> {
  await narrator.step('a job on main gets the password, for the ids in its token', async () => {
    const { stdout, stderr, code } = await run(scene, 'job-on-main', exchangeArgs);
    if (code !== 0) throw new Error(`nothing was granted: ${stderr}`);
    const values = (JSON.parse(stdout) as { readonly values: Readonly<Record<string, string>> })
      .values;
    const { PASSWORD: password = '' } = values;
    if (password === '') throw new Error('no password was printed');
    return [`$ mayfly ${exchangeArgs.join(' ')}`, `PASSWORD: ${password.length} characters`];
  });
  await deny(narrator, scene);
  await narrator.step('mayfly explain token tells it clause by clause, offline', async () => {
    const token = await saveToken(scene, 'job-of-a-fork');
    const { broker } = scene;
    const { stdout, code } = await run(scene, '', [
      'explain',
      'token',
      token,
      '--policy',
      broker.policyFile,
    ]);
    if (code !== 3) throw new Error(`the token would be granted: ${stdout}`);
    return ['$ mayfly explain token token.txt --policy release.yaml', ...shorten(stdout)];
  });
  await narrator.step(
    'a token that leaks from a log is refused once it was used',
    async () => await replay(scene),
  );
}

async function deny(narrator: Narrator, scene: Scene): Promise<void> {
  let denied = '';
  await narrator.step('the same workflow in a fork is denied, with an audit id', async () => {
    const { stderr, code } = await run(scene, 'job-of-a-fork', exchangeArgs);
    denied = auditIdOf({ stderr });
    if (code !== 3 || denied === '') throw new Error(`a fork was not denied: ${stderr}`);
    return stderr.trim().split('\n');
  });
  await narrator.step('the audit log says to the administrator why', async () => {
    const { stdout } = await run(scene, '', [
      'audit',
      'query',
      '--id',
      denied,
      scene.broker.auditFolder,
    ]);
    if (!stdout.includes('github.ownerId')) throw new Error(`no clause is told: ${stdout}`);
    const parts = stdout.trim().split(/ {2,}/u);
    return [
      `$ mayfly audit query --id ${denied} audit`,
      ...parts.filter((part) => told.test(part)),
    ];
  });
}

/** The broker's own log says every minute, and at its end, how far the audit log goes. */
async function proveLog(narrator: Narrator, scene: Scene): Promise<void> {
  const { auditFolder, logFile } = scene.broker;
  await narrator.step('nothing was changed or cut from the audit log', async () => {
    const { stdout, code } = await run(scene, '', verifyArgs(logFile, auditFolder));
    if (code !== 0) throw new Error(stdout);
    return ['$ mayfly audit verify --heads mayfly.log audit', ...shorten(stdout)];
  });
  await narrator.step('a copy that lacks its last record is found out', async () => {
    const copy = await copyWithoutEnd(scene);
    const { stdout, code } = await run(scene, '', verifyArgs(logFile, copy));
    if (code !== 4) throw new Error(`it was taken to be whole: ${stdout}`);
    return shorten(stdout);
  });
}

function verifyArgs(heads: string, folder: string): readonly string[] {
  return ['audit', 'verify', '--heads', heads, folder];
}

async function copyWithoutEnd({ root, broker }: Scene): Promise<string> {
  const copy = join(root, 'cut');
  await cp(broker.auditFolder, copy, { recursive: true });
  const names = (await readdir(copy)).filter((name) => name.endsWith('.jsonl'));
  const newest = join(copy, names.toSorted().at(-1) ?? '');
  const lines = (await readFile(newest, 'utf8')).trimEnd().split('\n');
  await writeFile(
    newest,
    lines
      .slice(0, -1)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return copy;
}

function auditIdOf({ stderr }: Pick<Ended, 'stderr'>): string {
  return /[0-9a-f]{8}-[0-9a-f-]{27}/u.exec(stderr)?.[0] ?? '';
}

const policy = 'shop/release';
const exchangeArgs = [
  'exchange',
  '--policy',
  policy,
  '-s',
  'PASSWORD=values:registry.env#PASSWORD',
  '-o',
  'json',
];

async function replay(scene: Scene): Promise<readonly string[]> {
  const token = await saveToken(scene, 'job-on-main');
  const args = ['exchange', '--policy', policy, '--token-file', token, '-o', 'json'];
  const first = await run(scene, '', [...args, '-s', 'PASSWORD=values:registry.env#PASSWORD']);
  const thief = await run(scene, '', [...args, '-s', 'STOLEN=values:registry.env#PASSWORD']);
  if (first.code !== 0 || thief.code !== 3) throw new Error(`${first.stderr}${thief.stderr}`);
  return ['the job: given its value', `somebody else with its token: denied, ${auditIdOf(thief)}`];
}

/** What a job of GitHub asks for its token with, and where. */
function jobOf({ root, github, broker }: Scene, job: string): NodeJS.ProcessEnv {
  const env = {
    ...readCleanEnvironment(),
    MAYFLY_BROKER: broker.url,
    MAYFLY_BROKER_CA: broker.caFile,
  };
  if (job === '') return env;
  return {
    ...env,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: join(root, 'clone'),
    NODE_EXTRA_CA_CERTS: github.caFile,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: job,
  };
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(scene: Scene, job: string, args: readonly string[]): Promise<Ended> {
  const options = { env: jobOf(scene, job), cwd: scene.root };
  return await new Promise((resolve) => {
    execFile(process.execPath, [scene.program, ...args], options, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : Number(error !== null),
        stdout,
        stderr,
      });
    });
  });
}

/** Into a file, as it would stand in a log. */
async function saveToken({ root, github, broker }: Scene, job: string): Promise<string> {
  const file = join(root, `token-of-${job}`);
  await writeFile(file, await github.requestToken(job, broker.url), { mode: 0o600 });
  return file;
}

/** The parts of a record that are shown. */
const told = /^(?:denial|subject=|policy=|clause=)/u;
const longestLine = 110;
const mostLines = 24;

function shorten(text: string): readonly string[] {
  const lines = text.trimEnd().split('\n').slice(0, mostLines);
  return lines.map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
}
