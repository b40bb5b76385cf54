import { afterEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createHoldBack } from '#platform/http/create-hold-back.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket, path: string): Promise<void> {
  const answered = once(socket, 'data');
  socket.write(`POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nbody`);
  await answered;
}

it('reads nothing more of a connection for a second or two, and goes on then', async () => {
  const clock = createFakeClock();
  const holdBack = createHoldBack({ clock, random: { fraction: () => 0.5 } });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
    if (request.url === '/flood') holdBack(request.socket);
  });
  const port = await listen(server);
  const [flooding, other] = [await dial(port), await dial(port)];
  await ask(flooding, '/flood');
  const next = ask(flooding, '/next');
  // What another connection brings later is read: only this one waits.
  for (let count = 0; count < 20; count += 1) await ask(other, '/other');
  expect(asked.filter((path) => path !== '/other')).toEqual(['/flood']);
  await clock.advance(1_499);
  await ask(other, '/other');
  expect(asked).not.toContain('/next');
  await clock.advance(1);
  await next;
  expect(asked.at(-1)).toBe('/next');
});

it('holds back a connection once, however often it is told to', async () => {
  const clock = createFakeClock();
  const holdBack = createHoldBack({ clock, random: { fraction: () => 0 } });
  const server = createServer((request, response) => {
    for (let count = 0; count < 3; count += 1) holdBack(request.socket);
    response.end();
  });
  const socket = await dial(await listen(server));
  await ask(socket, '/');
  expect(clock.pending).toBe(1);
});
