/**
 * A TCP proxy that breaks connections on demand: it stalls, cuts, drips or refuses, and can answer https requests
 * itself with a status. Free of the test runner.
 */
import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type Fault =
  | { readonly kind: 'none' }
  /** Takes what the client sends and never answers. */
  | { readonly kind: 'stall' }
  /** Closes both sides after that many bytes of the answer. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Passes on the answer in pieces of that many bytes, one a millisecond. */
  | { readonly kind: 'drip'; readonly bytes: number }
  /** Closes every connection at once. */
  | { readonly kind: 'reset' }
  /** Answers every request with this status; needs certificates. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface FaultProxyOptions {
  readonly targetPort: number;
  readonly certificates?: { readonly certPem: string; readonly keyPem: string };
}

export interface FaultProxy {
  readonly port: number;
  /** How many connections there have been. */
  readonly connections: number;
  /** Of the connections from now on. */
  setFault(fault: Fault): void;
  /** Ends the connections that are open. */
  cut(): void;
  close(): Promise<void>;
}

export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  let fault: Fault = { kind: 'none' };
  let connections = 0;
  const sockets = new Set<Socket>();
  const { certificates } = options;
  const answering = createHttpsServer(
    certificates === undefined ? {} : { key: certificates.keyPem, cert: certificates.certPem },
    (_, response) => {
      if (fault.kind === 'answer') response.writeHead(fault.status, fault.headers).end();
    },
  );
  const server = createServer((client) => {
    connections += 1;
    track(sockets, client);
    if (fault.kind === 'answer') answering.emit('connection', client);
    else if (fault.kind === 'reset') client.resetAndDestroy();
    else if (fault.kind !== 'stall') forward({ client, fault, sockets }, options.targetPort);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    setFault: (next) => {
      fault = next;
    },
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function track(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => sockets.delete(socket));
}

interface Connection {
  readonly client: Socket;
  readonly fault: Fault;
  readonly sockets: Set<Socket>;
}

function forward({ client, fault, sockets }: Connection, port: number): void {
  const target = connect(port, '127.0.0.1');
  track(sockets, target);
  client.pipe(target);
  client.on('close', () => target.destroy());
  target.on('close', () => client.end());
  if (fault.kind === 'cut') cutAfter(target, client, fault.afterBytes);
  else if (fault.kind === 'drip') drip(target, client, fault.bytes);
  else target.pipe(client);
}

function cutAfter(target: Socket, client: Socket, limit: number): void {
  let left = limit;
  target.on('data', (chunk: Buffer) => {
    client.write(chunk.subarray(0, Math.max(left, 0)));
    left -= chunk.length;
    if (left <= 0) {
      target.destroy();
      client.destroy();
    }
  });
}

function drip(target: Socket, client: Socket, size: number): void {
  target.on('data', (chunk: Buffer) => {
    target.pause();
    let at = 0;
    const timer = setInterval(() => {
      client.write(chunk.subarray(at, at + size));
      at += size;
      if (at < chunk.length && !client.destroyed) return;
      clearInterval(timer);
      target.resume();
    }, 1);
  });
}
