import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** A server over TLS that answers as it is told, and remembers what it was asked. */
export interface AnsweringServer {
  readonly port: number;
  readonly url: string;
  readonly caPem: string;
  readonly requests: readonly SeenRequest[];
  /** Connections that are open. */
  readonly connections: number;
  /** Connections that were ever opened. */
  readonly accepted: number;
  answer(answer: Answer): void;
  close(): Promise<void>;
}

/** Its certificate is for these names. */
export async function createAnsweringServer(
  hosts: readonly string[] = ['127.0.0.1', 'vault.test'],
): Promise<AnsweringServer> {
  const { caPem, certPem, keyPem } = await createTestCertificates(hosts);
  const requests: SeenRequest[] = [];
  const sockets = new Set<Duplex>();
  let accepted = 0;
  let current: Answer = (response) => response.end();
  const server = createServer({ cert: certPem, key: keyPem }, (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    void text(incoming).then((body) => {
      const request = { method, path: url, headers, body };
      requests.push(request);
      current(response, request);
    });
  });
  server.on('connection', (socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://127.0.0.1:${port}`,
    caPem,
    requests,
    get connections() {
      return sockets.size;
    },
    get accepted() {
      return accepted;
    },
    answer: (answer) => {
      current = answer;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers JSON. */
export function answerJson(body: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}
