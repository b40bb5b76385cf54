import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createKubeApi, type KubeApiOptions } from '#adapters/kube/client/create-kube-api.ts';
import type { KubeCallMetric } from '#adapters/kube/client/caller.ts';
import type { KubeAccess } from '#core/ports/kube/kube-access.ts';
import type { KubeApi, KubeCall, KubeName, KubeResource } from '#core/ports/kube/kube-api.ts';
import { createServerTime, type LearningServerTime } from '#platform/kube/server-time.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';

export const secrets: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
};
export const web: KubeName = { resource: secrets, namespace: 'shop', name: 'web' };

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  readonly port: number;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A client and a server that does what it is told, over real TLS. */
export interface ClientSetup {
  readonly api: KubeApi;
  readonly clock: FakeClock;
  readonly access: KubeAccess;
  readonly serverTime: LearningServerTime;
  readonly seen: readonly SeenRequest[];
  readonly calls: readonly KubeCallMetric[];
  readonly sockets: ReadonlySet<Socket>;
  readonly signal: AbortSignal;
  readonly call: KubeCall;
  abort(reason: Error): void;
  /** How the next requests are answered, one each; the last one goes on. */
  answer(...answers: readonly Answer[]): void;
  setLeading(isLeading: boolean): void;
  /** Has the client find another server, or none, in place of this one. */
  moveTo(server: string): void;
  close(): Promise<void>;
}

export async function createClientSetup(
  options: Partial<KubeApiOptions> = {},
): Promise<ClientSetup> {
  const clock = createFakeClock();
  const certificates = await createTestCertificates(['127.0.0.1']);
  const seen: SeenRequest[] = [];
  const calls: KubeCallMetric[] = [];
  const sockets = new Set<Socket>();
  const ending = new AbortController();
  let answers: readonly Answer[] = [json({})];
  let leads = true;
  const server = createServer({ key: certificates.keyPem, cert: certificates.certPem });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers, socket } = request;
    const content = await text(request);
    const body: unknown = content === '' ? null : JSON.parse(content);
    seen.push({ method, url, headers, body, port: socket.remotePort ?? 0 });
    const [next, ...others] = answers;
    if (others.length > 0) answers = others;
    next?.(response, request);
  }
  server.on('request', (request, response) => void serve(request, response));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serverTime = createServerTime(clock);
  const access: KubeAccess = {
    get server() {
      return address;
    },
    credentials: async () => ({
      tls: { ca: certificates.caPem },
      headers: { authorization: 'Bearer token-of-mayfly' },
    }),
  };
  const api = createKubeApi(
    {
      clock,
      random: createFakeRandom(),
      access,
      serverTime,
      mayWrite: () => leads,
      onCall: (call) => calls.push(call),
    },
    { version: '1.2.3', ...options },
  );
  return {
    api,
    clock,
    access,
    serverTime,
    seen,
    calls,
    sockets,
    signal: ending.signal,
    call: { signal: ending.signal },
    abort: (reason) => ending.abort(reason),
    answer: (...given) => {
      answers = given;
    },
    setLeading: (isLeading) => {
      leads = isLeading;
    },
    moveTo: (server) => {
      address = server;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with a body as JSON. */
export function json(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Answers as the API server refuses. */
export function refusal(status: number, reason: string, more: object = {}): Answer {
  return json(
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, reason, ...more },
    status,
  );
}

export function hangUp(): Answer {
  return (_, request) => request.socket.destroy();
}

export function silence(): Answer {
  return () => undefined;
}

export function secretNamed(name: string, more: object = {}): object {
  const metadata = { name, namespace: 'shop', uid: `uid-of-${name}`, resourceVersion: '7' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, ...more };
}
