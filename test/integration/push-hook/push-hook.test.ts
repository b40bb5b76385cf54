import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createPushHookServer,
  type PushHook,
  type PushHookServer,
} from '#adapters/push-hook/create-push-hook-server.ts';
import { verifyClaim } from '#adapters/push-hook/verify-claim.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

const secret = 'hook-secret';
const body = '{"ref":"refs/heads/main"}';
const hooks: Readonly<Record<string, PushHook['type']>> = {
  'default/hub': 'github',
  'default/lab': 'gitlab',
  'default/any': 'generic',
  'default/empty': 'gitlab',
};

let server: PushHookServer;
let clock: FakeClock;
let pushes: string[];
let given: SecretBytes[];
let address: string;

beforeEach(async () => {
  clock = createFakeClock();
  pushes = [];
  given = [];
  server = createPushHookServer(
    {
      logger: createMemoryLogger(),
      clock,
      readHook: (namespace, name) => {
        const type = hooks[`${namespace}/${name}`];
        if (type === undefined) return Promise.resolve(null);
        const bytes = SecretBytes.take(Buffer.from(name === 'empty' ? '' : secret));
        given.push(bytes);
        return Promise.resolve({ type, secret: bytes });
      },
      onPush: (namespace, name) => pushes.push(`${namespace}/${name}`),
    },
    { perSource: { burst: 2, perSecond: 0.5 }, unproven: { burst: 8, perSecond: 1 } },
  );
  address = await server.listen({ port: 0, host: '127.0.0.1' });
});

afterEach(async () => {
  // A client that was refused may still be sending.
  server.server.closeAllConnections();
  await server.close();
});

function sign(text = body, key = secret): string {
  return `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;
}

async function post(
  path: string,
  headers: Readonly<Record<string, string>>,
  text: string = body,
): Promise<Response> {
  return fetch(`${address}/hooks/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
}

const github = (signature: string, event = 'push'): Record<string, string> => ({
  'x-hub-signature-256': signature,
  'x-github-event': event,
});

describe('a push hook', () => {
  it('that is proven tells of the push and forgets the secret', async () => {
    expect((await post('default/hub', github(sign()))).status).toBe(202);
    const lab = { 'x-gitlab-token': secret, 'x-gitlab-event': 'Push Hook' };
    expect((await post('default/lab', lab)).status).toBe(202);
    expect((await post('default/any', { 'x-signature': sign() })).status).toBe(202);
    expect(pushes).toEqual(['default/hub', 'default/lab', 'default/any']);
    expect(given.every((bytes) => bytes.isWiped)).toBe(true);
  });

  it('that is proven but tells of something else is ignored', async () => {
    expect((await post('default/hub', github(sign(), 'ping'))).status).toBe(204);
    expect(pushes).toEqual([]);
  });

  it('is read whole, whatever its type says and however large it is', async () => {
    const large = `${body}${' '.repeat(3_000_000)}`;
    const headers = { ...github(sign(large)), 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('default/hub', headers, large)).status).toBe(202);
  });

  it.each([
    ['announced', { 'content-length': String(26 * 1024 * 1024) }],
    ['sent in pieces', { 'transfer-encoding': 'chunked' }],
  ])('over the limit, %s, is refused', async (_, headers) => {
    const request = httpRequest(`${address}/hooks/default/hub`, { method: 'POST', headers });
    request.on('error', () => undefined);
    const status = new Promise((resolve) => {
      request.on('response', (response) => resolve(response.statusCode));
    });
    for (let sent = 0; sent < 26; sent += 1) request.write(Buffer.alloc(1024 * 1024));
    expect(await status).toBe(413);
    expect(pushes).toEqual([]);
    request.destroy();
  });

  it.each([
    ['a wrong signature', 'default/hub', github(sign(body, 'other'))],
    ['a signature of another body', 'default/hub', github(sign('other'))],
    ['no signature', 'default/hub', { 'x-github-event': 'push' }],
    ['a wrong token', 'default/lab', { 'x-gitlab-token': 'hook-secreT' }],
    ['a longer token', 'default/lab', { 'x-gitlab-token': `${secret}x` }],
    ['no token for an empty secret', 'default/empty', { 'x-gitlab-token': '' }],
    ['the proof of another type', 'default/lab', github(sign())],
    ['no such source', 'default/none', github(sign())],
    ['a name that is none', 'default/..%2fhub', github(sign())],
  ])('with %s is denied in the same words', async (_, path, headers) => {
    const response = await post(path, headers);
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('{"error":"MAYFLY_GIT_HOOK_DENIED"}');
    expect(pushes).toEqual([]);
  });

  it('that comes too often waits', async () => {
    for (const status of [202, 202, 429]) {
      expect((await post('default/hub', github(sign()))).status).toBe(status);
    }
    const last = await post('default/hub', github(sign()));
    expect(last.headers.get('retry-after')).toBe('2');
    expect(await last.json()).toEqual({ error: 'MAYFLY_GIT_HOOK_THROTTLED' });
    await clock.advance(2000);
    expect((await post('default/hub', github(sign()))).status).toBe(202);
  });

  it('without proof is throttled too, before anything is looked up', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      statuses.push((await post('default/none', {})).status);
    }
    expect(statuses.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 401));
    expect(statuses.slice(8)).toEqual([429, 429]);
  });

  it('answers nothing elsewhere', async () => {
    expect((await fetch(`${address}/hooks/default/hub`)).status).toBe(404);
    expect((await fetch(`${address}/`, { method: 'POST' })).status).toBe(404);
  });

  it('that claims a length without sending it does not hold up others', async () => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.write('POST /hooks/default/hub HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nx');
    expect((await post('default/hub', github(sign()))).status).toBe(202);
    socket.destroy();
  });
});

describe('a claim about a body over the limit', () => {
  it('is not verified', async () => {
    const stream = Readable.from([Buffer.alloc(600), Buffer.alloc(600)]);
    const verified = verifyClaim(null, Buffer.from(secret), { stream, maxBytes: 1000 });
    await expectCode(verified, 'MAYFLY_GIT_HOOK_TOO_LARGE');
  });
});
