import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';

export interface HttpsPlace {
  readonly port: number;
  readonly caPem: string;
  /** The loopback address that requests come from; any when absent. */
  readonly from?: string;
}

/** One kept connection, over which one request at a time is asked. */
export interface HttpsConnection {
  /** The body of the answer. Throws for one that is not well. */
  send(request: Uint8Array): Promise<Buffer>;
  close(): void;
}

export type Headers = Readonly<Record<string, string>>;

/** A whole request, made before it is sent: the load is to cost little beside what it is answered with. */
export function renderRequest(line: string, headers: Headers, body = ''): Buffer {
  const all = { host: '127.0.0.1', accept: 'application/json', ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return Buffer.from(`${line} HTTP/1.1\r\n${head.join('')}${length}\r\n\r\n${body}`);
}

/** `isWell` looks at the whole answer. */
export async function openHttpsConnection(
  { port, caPem, from }: HttpsPlace,
  isWell: (answer: Buffer) => boolean,
): Promise<HttpsConnection> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: caPem,
    ALPNProtocols: ['http/1.1'],
    ...(from !== undefined && { localAddress: from }),
  });
  await once(socket, 'secureConnect');
  socket.setNoDelay(true);
  const answers = followAnswers(socket, isWell);
  return {
    async send(request) {
      if (socket.destroyed) throw new Error('the server closed a connection');
      const answer = answers.next();
      socket.write(request);
      return await answer;
    },
    close: () => socket.destroy(),
  };
}

interface Waiting {
  resolve(body: Buffer): void;
  reject(error: Error): void;
}

function followAnswers(
  socket: TLSSocket,
  isWell: (answer: Buffer) => boolean,
): { next(): Promise<Buffer> } {
  let waiting: Waiting | null = null;
  let held: Buffer = Buffer.alloc(0);
  function fail(error: Error): void {
    waiting?.reject(error);
    waiting = null;
  }
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed a connection')));
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const body = readBody(held);
    if (body === null) return;
    const isGood = isWell(held);
    held = Buffer.alloc(0);
    if (!isGood) fail(new Error(`answered ${body.toString('utf8').slice(0, 500)}`));
    waiting?.resolve(body);
    waiting = null;
  });
  return {
    next: async () =>
      await new Promise<Buffer>((resolve, reject) => {
        waiting = { resolve, reject };
      }),
  };
}

const lastChunk = '\r\n0\r\n\r\n';

/** The body of an answer that has come whole, as it came; null before. */
function readBody(held: Buffer): Buffer | null {
  const end = held.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = held.toString('latin1', 0, end);
  const body = held.subarray(end + 4);
  const length = /\r\ncontent-length: ([0-9]+)/iu.exec(head)?.[1];
  if (length !== undefined) return body.length >= Number(length) ? body : null;
  if (!body.subarray(-lastChunk.length).equals(Buffer.from(lastChunk))) return null;
  return joinChunks(body);
}

function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, end), 16);
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
