/**
 * A proxy in front of a cluster's API server that breaks what passes through it. It has the server's certificate and
 * passes on who is asking; what a rule says happens to a request, to its answer, or to each event of a watch.
 *
 *     const proxy = await createClusterFaultProxy(cluster);
 *     proxy.onRequest(everyNth(3, isWrite, answerStatus(409)));
 *     proxy.onEvent((event) => (event.name === 'db' ? { kind: 'drop' } : null));
 *     proxy.breakWatches({ kind: 'freeze' });
 *     proxy.setDate((date) => new Date(date.getTime() + 3_600_000).toUTCString());
 *     proxy.requests.filter(isWrite).length
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Cluster } from './create-cluster.ts';
import type { EventRule, RequestRule, SeenRequest, WatchFault } from './faults/faults.ts';
import type { ProxyState } from './faults/proxied-request.ts';
import { serveRequest } from './faults/serve-request.ts';

export interface ClusterFaultProxy {
  readonly url: string;
  readonly port: number;
  readonly caPem: string;
  /** Every request so far, or since they were forgotten. */
  readonly requests: readonly SeenRequest[];
  /** The watches that are open. */
  readonly openWatches: readonly SeenRequest[];
  /** Asks a rule about each new request; the first one that answers decides. Returns what takes it away. */
  onRequest(rule: RequestRule): () => void;
  /** Asks a rule about each event of each watch, those that are open already included. */
  onEvent(rule: EventRule): () => void;
  /** Breaks the watches that are open and match. */
  breakWatches(fault: WatchFault, isMatch?: (watch: SeenRequest) => boolean): void;
  /** Changes the `Date` of each answer; null leaves it out. */
  setDate(change: (date: Date) => string | null): void;
  /** Takes all rules away, and lets `Date` be. What hangs goes on hanging. */
  heal(): void;
  forgetRequests(): void;
  close(): Promise<void>;
}

/** With a client's name, the audit log of the server tells what came through this proxy: see `userAgent` there. */
export async function createClusterFaultProxy(
  cluster: Cluster,
  client = '',
): Promise<ClusterFaultProxy> {
  const state = createState(cluster, client);
  const sockets = new Set<Socket>();
  const server = createServer({ key: cluster.serving.keyPem, cert: cluster.serving.certPem });
  server.requestTimeout = 0;
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    serveRequest(state, incoming, outgoing);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return composeProxy(state, cluster.caPem, {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      state.agent.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}

function createState(cluster: Cluster, client: string): ProxyState {
  return {
    client,
    target: new URL(cluster.url),
    agent: new Agent({ ca: cluster.caPem, keepAlive: true }),
    exchanges: [],
    watches: new Map(),
    requestRules: new Set(),
    eventRules: new Set(),
    changeDate: keepDate,
  };
}

function keepDate(date: Date): string {
  return date.toUTCString();
}

function composeProxy(
  state: ProxyState,
  caPem: string,
  { port, close }: Pick<ClusterFaultProxy, 'port' | 'close'>,
): ClusterFaultProxy {
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    caPem,
    close,
    get requests() {
      return state.exchanges;
    },
    get openWatches() {
      return [...state.watches.keys()];
    },
    onRequest: (rule) => add(state.requestRules, rule),
    onEvent: (rule) => add(state.eventRules, rule),
    breakWatches: (fault, isMatch = () => true) => {
      for (const [watch, stream] of state.watches) if (isMatch(watch)) stream.break(fault);
    },
    setDate: (change) => {
      state.changeDate = change;
    },
    heal: () => {
      state.requestRules.clear();
      state.eventRules.clear();
      state.changeDate = keepDate;
    },
    forgetRequests: () => {
      state.exchanges.length = 0;
    },
  };
}

function add<T>(rules: Set<T>, rule: T): () => void {
  rules.add(rule);
  return () => rules.delete(rule);
}
