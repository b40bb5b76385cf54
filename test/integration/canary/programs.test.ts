import { spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readAgeVector } from '#test/support/age/vectors.ts';
import { canary, findCanary } from '#test/support/canary/find-canary.ts';
import { watchPrograms, type ProgramWatch } from '#test/support/canary/watch-programs.ts';
import { runFile } from '#test/support/cli/run-program.ts';
import { createFaultProxy, type FaultProxy } from '#test/support/fault-proxy.ts';
import {
  createTestGitServer,
  renderBasicAuth,
  type TestGitServer,
} from '#test/support/git-server/create-test-git-server.ts';
import {
  createTestSshServer,
  type TestSshServer,
} from '#test/support/git-server/create-test-ssh-server.ts';
import {
  aSecret,
  aSource,
  createStage,
  type Stage,
  type StageObject,
} from '#test/support/stage/create-stage.ts';
import { seeCodes } from '#test/support/stage/see-codes.ts';
import { askStatus, startMayfly, type Mayfly } from '#test/support/stage/start-mayfly.ts';
import { untilEqual } from '#test/support/stage/until-equal.ts';
import { logins, pair, stranger, type Hosts } from './leaky-logins.ts';
import { configurations, objectFiles, requests, sinks } from './leaky-places.ts';

const long = 120_000;
const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
let stage: Stage;
let mayfly: Mayfly;
let watch: ProgramWatch;
let basic: TestGitServer;
let bearer: TestGitServer;
let ssh: TestSshServer;
let proxy: FaultProxy;

async function askSocket({ method, path }: { method: string; path: string }): Promise<string> {
  return await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${canary}` };
    const asked = request({ socketPath: stage.socket, method, path, headers }, (response) => {
      let text = `${response.statusCode ?? 0} `;
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject);
    asked.end(method === 'GET' ? '' : `{"namespace": "${canary}, ${canary}`);
  });
}

async function putSinks(): Promise<readonly object[]> {
  const entries: object[] = [];
  for (const { name, put, entry = {} } of sinks) {
    const directory = join(stage.root, `sink-${name}`);
    await put(directory);
    entries.push({ namespace: name, directory, allowDisk: true, ...entry });
    const keys = {
      'age/keys.txt': await readAgeVector('x25519.txt'),
      'ca/ca.crt': stage.server.caPem,
    };
    for (const [place, content] of Object.entries(keys)) {
      await stage.writeKey(`../${name}/${place}`, content);
    }
    const objects = [aSource(stage, 'repo'), aSecret(`sink-${name}`)];
    const text = objects.map((object) => renderIn(name, object)).join('---\n');
    await writeFile(join(stage.objects, `sink-${name}.yaml`), text);
  }
  return entries;
}

function renderIn(namespace: string, { kind, name, spec }: StageObject): string {
  const metadata = { name, namespace };
  return `${JSON.stringify({ apiVersion: 'mayfly.dev/v1alpha1', kind, metadata, spec })}\n`;
}

async function putObjects(hosts: Hosts): Promise<void> {
  const sources: StageObject[] = [];
  for (const [index, { source }] of logins.entries()) {
    sources.push(aSource(stage, `login-${index}`, await source(hosts)));
  }
  const hooked = aSecret('hooked', { restart: ['slow'] });
  await stage.writeObjects('all.yaml', [aSource(stage, 'repo'), hooked, ...sources]);
  for (const [name, text] of Object.entries(objectFiles)) {
    await writeFile(join(stage.objects, name), text);
  }
}

/** The hook runs until it was seen. */
function seenFile(): string {
  return join(stage.root, 'hook-was-seen');
}

/** Where logins keep what they need; folders of others come and go there too. */
async function listFolders(): Promise<readonly string[]> {
  const names = (await readdir('/dev/shm')).filter((name) => name.startsWith('mayfly-git-'));
  return [
    ...names.map((name) => join('/dev/shm', name)),
    join(stage.root, 'tmp'),
    join(stage.state, 'git-programs'),
  ];
}

beforeAll(async () => {
  stage = await createStage();
  basic = await createTestGitServer({
    repository: stage.work.bare,
    auth: renderBasicAuth('reader', canary),
  });
  bearer = await createTestGitServer({ repository: stage.work.bare, auth: `Bearer ${canary}` });
  ssh = await createTestSshServer({ repository: stage.work.bare, allowedKey: pair.publicKey });
  proxy = await createFaultProxy({ targetPort: basic.port });
  proxy.setFault({ kind: 'stall' });
  await mkdir(join(stage.root, 'tmp'));
  await stage.work.push({ 'secrets/leaky.yaml': await stage.seal('leaky', { password: canary }) });
  const entries = await putSinks();
  await putObjects({ stage, basic, bearer, ssh, stalled: proxy.port });
  await stage.configure({
    hosts: ['localhost'],
    settings: {
      log: { level: 'debug' },
      sinks: [{ namespace: 'shop', directory: stage.secrets, allowDisk: true }, ...entries],
      hooks: {
        slow: { argv: ['/bin/sh', '-c', `until [ -e ${seenFile()} ]; do /bin/sleep 0.1; done`] },
      },
    },
  });
  mayfly = await startMayfly(stage, { env: { TMPDIR: join(stage.root, 'tmp') } });
  watch = watchPrograms(mayfly.pid, listFolders);
}, long);

afterAll(async () => {
  await watch.end();
  await mayfly.end('SIGTERM');
  await proxy.close();
  for (const server of [basic, bearer, ssh, stage]) {
    await ('close' in server ? server.close() : server.remove());
  }
}, long);

async function expectCode(name: string, code: string): Promise<void> {
  await untilEqual(async () => (await seeCodes(stage)).get(name)?.includes(code) ?? false, true);
}

describe('a canary', () => {
  it.each(logins.map((login, index) => [login.name, login.code, index] as const))(
    'logs in with %s: %s',
    async (_, code, index) => {
      const name = `login-${index}`;
      if (code !== null) await expectCode(name, code);
      else await untilEqual(async () => (await seeReady()).get(name), 'True');
    },
    long,
  );

  it.each(sinks.map(({ name, code }) => [name, code] as const))(
    'meets a sink that is %s: %s',
    async (name, code) => {
      await expectCode(`sink-${name}`, code);
    },
    long,
  );

  it.each(Object.keys(objectFiles))(
    'lies among the objects in %s',
    async (name) => {
      await untilEqual(async () => (await seeCodes(stage)).has(name), true);
    },
    long,
  );

  it.each(configurations)('is not shown of the configuration %#', async (line) => {
    const file = join(stage.root, 'leaky.yaml');
    await writeFile(file, `${line}\n`);
    const end = await runFile(process.execPath, [main, 'standalone', '--config', file], {
      cwd: stage.root,
    });
    expect(end.code).toBe(2);
    expect(end.stderr).toMatch(/\[MAYFLY_[A-Z_]+\]/u);
    expect(findCanary(end.stderr + end.stdout.toString())).toEqual([]);
  });

  it.each(requests)('is not answered to $method $path', async (asked) => {
    const answer = await askSocket(asked);
    expect(answer).toMatch(/^4/u);
    expect(findCanary(answer)).toEqual([]);
  });

  it(
    'shows in no program, no file in passing, no status and no log',
    async () => {
      await untilEqual(async () => [...watch.seen].join('\n').includes(seenFile()), true);
      await writeFile(seenFile(), '');
      await untilEqual(async () => (await mayfly.readLog()).includes('a hook was run'), true);
      await watch.end();
      const seen = [...watch.seen].join('\n');
      const programs = [
        'git-remote-https',
        'askpass',
        seenFile(),
        ...(hasSsh ? ['known_hosts'] : []),
      ];
      for (const program of programs) expect(seen).toContain(program);
      const identity =
        (await readAgeVector('x25519.txt')).toString().trim().split('\n').at(-1) ?? '';
      const shown = {
        seen,
        status: JSON.stringify(await askStatus(stage)),
        log: await mayfly.readLog(),
      };
      for (const [where, text] of Object.entries(shown)) {
        for (const value of [canary, identity, pair.privateKey, stranger.privateKey]) {
          expect({ where, forms: findCanary(text, value) }).toEqual({ where, forms: [] });
        }
      }
    },
    long,
  );
});

const hasSsh = spawnSync('ssh', ['-V']).status === 0;

async function seeReady(): Promise<ReadonlyMap<string, string>> {
  const rows = (await askStatus(stage))?.objects ?? [];
  return new Map(rows.map(({ name, ready }) => [name, ready]));
}
