import { execFile } from 'node:child_process';
import { request } from 'node:https';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { canary, canaryForms, findCanary } from '#test/support/canary/find-canary.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import {
  createTestGitServer,
  type TestGitServer,
} from '#test/support/git-server/create-test-git-server.ts';
import { aSecret, aSource, createStage, type Stage } from '#test/support/stage/create-stage.ts';
import { askStatus, startMayfly, type Mayfly } from '#test/support/stage/start-mayfly.ts';
import { untilEqual } from '#test/support/stage/until-equal.ts';
import { leakyFiles } from './leaky-files.ts';
import { leakySources } from './leaky-sources.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const long = 180_000;

/** What happens to the machine beside files and hosts, each with the canary in reach. */
const events = [
  'a hook prints a secret and fails',
  'a hook is no program',
  'an identity file is the canary',
  'a key file may be read by everybody',
  'a secret is edited by hand to the canary',
  'a push hook proves itself with the wrong secret',
] as const;

let stage: Stage;
let mayfly: Mayfly;
let hosts: TestGitServer[];

afterEach(async () => {
  await mayfly.end('SIGKILL');
  for (const host of hosts) await host.close();
  await stage.remove();
});

async function writeKeys(): Promise<void> {
  await stage.writeKey('leaky-identity/keys.txt', `${canary}\nAGE-SECRET-KEY-1${canary}\n`);
  await stage.writeKey('open/keys.txt', canary, 0o444);
  await stage.writeKey('basic/username', 'reader');
  await stage.writeKey('basic/password', canary);
  await stage.writeKey('bearer/bearerToken', canary);
  await stage.writeKey('hook/token', canary);
  for (const [index, host] of hosts.entries()) {
    await stage.writeKey(`host-${index}/ca.crt`, host.caPem);
    await stage.writeKey(`host-${index}/username`, 'reader');
    await stage.writeKey(`host-${index}/password`, canary);
    await stage.writeKey(`host-${index}/bearerToken`, canary);
  }
}

async function writeObjects(): Promise<void> {
  const files = leakyFiles.map(({ type, target }, index) => {
    const rename = { secret: { ...readSecret(target), name: `file-${index}` } };
    return aSecret(`file-${index}`, {
      path: `cases/${index}/leaky.${type}`,
      ...(target === undefined ? {} : { target: rename }),
      restart: ['cat', 'missing'],
    });
  });
  const sources = leakySources.map(({ type }, index) =>
    aSource(stage, `host-${index}`, {
      url: hosts[index]?.url,
      auth: { type, secretRef: { name: `host-${index}` } },
    }),
  );
  await stage.writeObjects('all.yaml', [
    aSource(stage, 'repo', { hook: { type: 'github', secretRef: { name: 'hook' } } }),
    ...files,
    ...sources,
    aSecret('identity', { decryption: { keys: [{ secretRef: { name: 'leaky-identity' } }] } }),
    aSecret('open', { decryption: { keys: [{ secretRef: { name: 'open' } }] } }),
  ]);
}

function readSecret(target: object | undefined): object {
  return target !== undefined && 'secret' in target ? (target.secret as object) : {};
}

async function setUp(format: 'json' | 'text'): Promise<{ health: string; hooks: string }> {
  stage = await createStage();
  hosts = await Promise.all(
    leakySources.map(
      async ({ answer }) => await createTestGitServer({ repository: stage.work.bare, answer }),
    ),
  );
  const files = leakyFiles.map(
    async ({ type, content }, index) =>
      [`cases/${index}/leaky.${type}`, await content(stage)] as const,
  );
  await stage.work.push(Object.fromEntries(await Promise.all(files)));
  const [health = 0, hooks = 0] = await findFreePorts(2);
  const { certPem, keyPem } = await createTestCertificates(['localhost']);
  await writeFile(join(stage.root, 'hook.crt'), certPem);
  await writeFile(join(stage.root, 'hook.key'), keyPem);
  await stage.configure({
    hosts: hosts.map(({ url }) => new URL(url).host),
    settings: {
      log: { level: 'debug', format },
      http: { listen: `127.0.0.1:${health}` },
      pushHooks: {
        listen: `127.0.0.1:${hooks}`,
        certFile: join(stage.root, 'hook.crt'),
        keyFile: join(stage.root, 'hook.key'),
      },
      hooks: {
        cat: { argv: ['/bin/cat', join(stage.secrets, 'leaky', 'password'), '/nonexistent'] },
        missing: { argv: ['/nonexistent'] },
      },
    },
  });
  await writeKeys();
  await writeObjects();
  mayfly = await startMayfly(stage);
  return { health: `http://127.0.0.1:${health}`, hooks: `https://127.0.0.1:${hooks}` };
}

/** Every object has been looked at: none waits for its first answer. */
async function untilAllAnswered(): Promise<void> {
  await untilEqual(
    async () => {
      const rows = (await askStatus(stage))?.objects ?? [];
      return (
        rows.length > 0 && rows.every(({ reason }) => reason !== '' && reason !== 'Progressing')
      );
    },
    true,
    60_000,
  );
}

async function pushWithWrongSecret(hooks: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const headers = { 'x-hub-signature-256': `sha256=${canary}`, 'x-github-event': 'push' };
    const options = { method: 'POST', headers, rejectUnauthorized: false };
    const asked = request(`${hooks}/hooks/shop/repo`, options, (response) => {
      let text = String(response.statusCode);
      response.on('data', (part: Buffer) => {
        text += part.toString();
      });
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify({ ref: canary }));
  });
}

async function editByHand(): Promise<void> {
  const path = join(stage.secrets, 'leaky', '..data', 'password');
  const before = await readFile(path, 'latin1');
  await chmod(path, 0o600);
  await writeFile(path, `${canary}, by hand`);
  await untilEqual(async () => await readFile(path, 'latin1').catch(() => ''), before);
}

async function readTree(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(
    async ({ parentPath, name }) =>
      // What a program at work has removed meanwhile holds nothing.
      name + (await readFile(join(parentPath, name), 'latin1').catch(() => '')),
  );
  return (await Promise.all(texts)).join('\n');
}

async function printStatus(...options: readonly string[]): Promise<string> {
  const args = [main, 'status', '--config', stage.config, ...options];
  // It ends with an exit code of its own, because most of the objects are refused.
  const { stdout, stderr } = await run(process.execPath, args).catch(
    (error: unknown) => error as { readonly stdout: string; readonly stderr: string },
  );
  return stdout + stderr;
}

/** Everything that the program shows or leaves, but for the secrets themselves, by its name. */
async function collect(health: string, answer: string): Promise<Readonly<Record<string, string>>> {
  return {
    'the answer to a push hook': answer,
    'the metrics': await (await fetch(`${health}/metrics`)).text(),
    'the status': await printStatus(),
    'the status as JSON': await printStatus('-o', 'json'),
    'its arguments': await readFile(`/proc/${mayfly.pid}/cmdline`, 'latin1'),
    'its environment': await readFile(`/proc/${mayfly.pid}/environ`, 'latin1'),
    'the state folder': await readTree(stage.state),
    'the log': await mayfly.readLog(),
  };
}

describe('a canary value', () => {
  it.each(['json', 'text'] as const)(
    'shows up nowhere outside its secret, with a log of format %s',
    async (format) => {
      const { health, hooks } = await setUp(format);
      await untilAllAnswered();
      await editByHand();
      const answer = await pushWithWrongSecret(hooks);
      expect(answer).toMatch(/^40[13]/u);
      await untilEqual(async () => /hook failed/u.test(await mayfly.readLog()), true);
      expect(leakyFiles.length + leakySources.length + events.length).toBeGreaterThanOrEqual(30);
      const refused = (await askStatus(stage))?.objects.filter(({ ready }) => ready !== 'True');
      expect(refused?.length).toBeGreaterThanOrEqual(30);
      const shown = await collect(health, answer);
      for (const [where, text] of Object.entries(shown)) {
        expect({ where, size: text.length > 0 }).toEqual({ where, size: true });
        expect({ where, forms: findCanary(text) }).toEqual({ where, forms: [] });
      }
      await mayfly.end('SIGTERM');
      expect(findCanary(await mayfly.readLog())).toEqual([]);
      const secret = join(stage.secrets, 'leaky', 'password');
      expect(await readFile(secret, 'utf8')).toBe(canary);
    },
    long,
  );

  it.each([...canaryForms])('would be found as %s', (name, form) => {
    expect(findCanary(`before ${form} after`)).toContain(name);
  });
});
