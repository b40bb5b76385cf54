import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { aManifest, createWorld, type World } from '#test/support/standalone/create-world.ts';
import { until } from '#test/support/until.ts';

const long = 90_000;
const token = 'hook-token-8c1f';
let world: World;
let hookPort: number;
let healthPort: number;
let ca: string;

beforeAll(async () => {
  world = await createWorld();
  [hookPort = 0, healthPort = 0] = await findFreePorts(2);
  const certificates = await createTestCertificates(['localhost']);
  ca = certificates.caPem;
  const cert = join(world.root, 'hook.crt');
  const key = join(world.root, 'hook.key');
  await writeFile(cert, certificates.certPem);
  await writeFile(key, certificates.keyPem);
  await world.configure(`http: { listen: '127.0.0.1:${healthPort}' }
pushHooks: { listen: '127.0.0.1:${hookPort}', certFile: ${cert}, keyFile: ${key} }`);
  await mkdir(join(world.root, 'keys/shop/hook'));
  await writeFile(join(world.root, 'keys/shop/hook/token'), `${token}\n`, { mode: 0o400 });
  await world.writeObjects({
    interval: '1h',
    source: '  hook: { type: generic, secretRef: { name: hook } }',
  });
}, long);

afterAll(async () => {
  await world.remove();
}, long);

async function sendHook(path: string, key: string): Promise<number> {
  const body = '{"ref":"refs/heads/main"}';
  const signature = createHmac('sha256', key).update(body).digest('hex');
  return await new Promise((resolve, reject) => {
    const sent = request(
      { host: 'localhost', port: hookPort, ca, path, method: 'POST' },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.setHeader('x-signature', `sha256=${signature}`);
    sent.setHeader('content-type', 'application/json');
    sent.once('error', reject);
    sent.end(body);
  });
}

async function readHealth(path: string): Promise<string> {
  const asked = get({ host: '127.0.0.1', port: healthPort, path });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return (await response.toArray()).join('');
}

describe('a push hook of mayfly standalone', () => {
  it(
    'has its source looked at long before its interval, when it is proven',
    async () => {
      await world.publish({ 'secrets/db.yaml': aManifest('db', { user: 'one' }) });
      await world.start();
      await until(async () => (await world.readSecret('db'))?.['user'] === 'one');
      await until(async () => (await world.run('status', '--config', world.config)).code === 0);
      await world.publish({ 'secrets/db.yaml': aManifest('db', { user: 'two' }) });
      expect(await sendHook('/hooks/shop/config', 'wrong')).toBe(401);
      expect(await sendHook('/hooks/shop/none', token)).toBe(401);
      expect(await sendHook('/hooks/shop/config', token)).toBe(202);
      await until(async () => (await world.readSecret('db'))?.['user'] === 'two');
      expect(await readHealth('/healthz')).toBe('ok\n');
      expect(await readHealth('/readyz')).toBe('ok\n');
      expect(await readHealth('/metrics')).toContain('mayfly_reconcile_total{');
      expect(await world.readLog()).not.toContain(token);
      expect(await world.end('SIGTERM')).toBe(0);
    },
    long,
  );
});
