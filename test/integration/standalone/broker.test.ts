import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import {
  createTestCertificates,
  type TestCertificates,
} from '#test/support/git-server/create-test-certificates.ts';
import { createWorld, type World } from '#test/support/standalone/create-world.ts';
import { untilSlowly } from '#test/support/until.ts';

const long = 90_000;
let world: World;
let certificates: TestCertificates;
let [brokerPort, healthPort] = [0, 0];

const issuer = `apiVersion: mayfly.dev/v1alpha1
kind: TokenIssuer
metadata: { name: github }
spec: { kind: github, issuer: 'https://token.actions.githubusercontent.com' }
`;

beforeAll(async () => {
  world = await createWorld();
  [brokerPort = 0, healthPort = 0] = await findFreePorts(2);
  certificates = await createTestCertificates(['localhost']);
  await writeFile(join(world.root, 'objects/issuer.yaml'), issuer);
  await world.configure(`http: { listen: '127.0.0.1:${healthPort}' }
broker:
  listen: '127.0.0.1:${brokerPort}'
  url: https://localhost:${brokerPort}
  certFile: ${world.root}/tls.crt
  keyFile: ${world.root}/tls.key
  drain: 0s
`);
}, long);

afterAll(async () => {
  await world.remove();
}, long);

async function readStatus(path: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${healthPort}${path}`).catch(() => null);
  return answer?.status ?? 0;
}

async function readBroker(path: string): Promise<string> {
  const asked = get({ host: 'localhost', port: brokerPort, ca: certificates.caPem, path });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return await text(answer);
}

it(
  'is ready once its broker answers, and not before',
  async () => {
    await world.start();
    await untilSlowly(async () => (await readStatus('/healthz')) === 200);
    await untilSlowly(async () => (await world.readLog()).includes('certificate cannot be used'));
    expect(await readStatus('/readyz')).toBe(503);
    await writeFile(join(world.root, 'tls.key'), certificates.keyPem, { mode: 0o600 });
    await writeFile(join(world.root, 'tls.crt'), certificates.certPem);
    await untilSlowly(async () => (await readStatus('/readyz')) === 200);
    expect(await readBroker('/metrics')).toContain(
      'mayfly_broker_issuer_keys_failures_total{issuer="github"} 0',
    );
    expect(await world.end('SIGTERM')).toBe(0);
  },
  long,
);
