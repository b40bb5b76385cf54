import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createError } from '#core/errors/mayfly-error.ts';
import { addHealthRoutes } from '#platform/http/add-health-routes.ts';
import { createHttpServer, type HttpLimits } from '#platform/http/create-http-server.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

type Server = ReturnType<typeof createHttpServer>;

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

function create(limits: Partial<HttpLimits> = {}): Server & { lines: unknown[] } {
  const logger = createMemoryLogger();
  const server = createHttpServer({ logger, limits });
  open.push(server);
  return Object.assign(server, { lines: logger.lines });
}

async function dial(server: Server): Promise<Socket> {
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('the health routes', () => {
  it('tell life, readiness and metrics, and are never cached', async () => {
    const server = create();
    let ready = false;
    const metrics = {
      contentType: 'text/plain; version=0.0.4',
      render: () => Promise.resolve('m 1\n'),
    };
    addHealthRoutes(server, { isReady: () => ready, metrics });
    const before = await server.inject('/readyz');
    ready = true;
    const answers = await Promise.all(
      ['/healthz', '/readyz', '/metrics'].map((url) => server.inject(url)),
    );
    expect([before.statusCode, before.body]).toEqual([503, 'not ready\n']);
    expect(answers.map(({ body }) => body)).toEqual(['ok\n', 'ok\n', 'm 1\n']);
    expect(answers[2]?.headers['content-type']).toContain('version=0.0.4');
    expect(answers[0]?.headers['cache-control']).toBe('no-store');
  });
});

describe('failures', () => {
  it('are answered by their code, and foreign ones by a fixed word', async () => {
    const server = create();
    server.get('/ours', () => {
      throw createError('MAYFLY_FILE_MISSING', { path: '/etc/shadow' });
    });
    server.get('/foreign', () => {
      throw new Error('hunter2');
    });
    const ours = await server.inject('/ours');
    const foreign = await server.inject('/foreign');
    expect([ours.statusCode, ours.json()]).toEqual([400, { error: 'MAYFLY_FILE_MISSING' }]);
    expect([foreign.statusCode, foreign.json()]).toEqual([500, { error: 'internal error' }]);
    expect(server.lines).toHaveLength(1);
    const nothing = await server.inject('/none/hunter2');
    expect([nothing.statusCode, nothing.json()]).toEqual([404, { error: 'not found' }]);
  });

  it.each([
    ['no JSON', '{"a": hunter2', 400],
    ['a prototype', '{"__proto__": {"a": 1}}', 400],
    ['a body over the limit', JSON.stringify('x'.repeat(2000)), 413],
  ])('of the sender are not quoted: %s', async (_, payload, status) => {
    const server = create({ bodyBytes: 1000 });
    server.post('/', (request) => ({ got: request.body }));
    const headers = { 'content-type': 'application/json' };
    const answer = await server.inject({ method: 'POST', url: '/', headers, payload });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({ error: 'bad request' });
  });
});

describe('slow and large requests', () => {
  it('are cut off when the headers do not come', async () => {
    const socket = await dial(create({ headersMs: 100, requestMs: 200 }));
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(await readAll(socket)).toContain('408');
  });

  it('are cut off when the body does not come', async () => {
    const server = create({ headersMs: 100, requestMs: 200 });
    server.post('/', () => 'late');
    const socket = await dial(server);
    const head =
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nab';
    socket.write(head);
    expect(await readAll(socket)).toContain('408');
  });

  it('are refused when the headers are too large', async () => {
    const socket = await dial(create({ headerBytes: 1000 }));
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(5000)}\r\n\r\n`);
    expect(await readAll(socket)).toContain('431');
  });

  it('are not taken beyond the number of connections', async () => {
    const server = create({ connections: 1 });
    const first = await dial(server);
    const { port } = server.server.address() as AddressInfo;
    const second = connect(port, '127.0.0.1');
    expect(await readAll(second)).toBe('');
    first.destroy();
  });
});

describe('a server over TLS', () => {
  it('answers like one without, and cuts off who does not shake hands', async () => {
    const { caPem, certPem, keyPem } = await createTestCertificates(['localhost']);
    const tls = { cert: Buffer.from(certPem), key: Buffer.from(keyPem) };
    const server = createHttpServer({
      logger: createMemoryLogger(),
      limits: { headersMs: 300 },
      tls,
    });
    open.push(server);
    server.get('/', () => ({ ok: true }));
    const silent = await dial(server);
    const { port } = server.server.address() as AddressInfo;
    const call = request({
      host: '127.0.0.1',
      servername: 'localhost',
      port,
      path: '/',
      ca: caPem,
      agent: false,
    });
    call.end();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.resume();
    expect(await readAll(silent)).toBe('');
  });
});

describe('a question for the head of an answer alone', () => {
  it('does not do the work of the answer', async () => {
    const server = create();
    let answered = 0;
    server.get('/value', () => {
      answered += 1;
      return 'a value';
    });
    const head = await server.inject({ method: 'HEAD', url: '/value' });
    expect([head.statusCode, answered]).toEqual([404, 0]);
    const whole = await server.inject({ method: 'GET', url: '/value' });
    expect([whole.statusCode, answered]).toEqual([200, 1]);
  });
});
