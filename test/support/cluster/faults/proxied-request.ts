import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Agent } from 'node:https';
import type { WatchStream } from './create-watch-stream.ts';
import type { EventRule, RequestFault, RequestRule, SeenRequest } from './faults.ts';

/** What the requests of one proxy have in common. */
export interface ProxyState {
  /** Who is on this side of the proxy; empty when the server need not know. */
  readonly client: string;
  readonly target: URL;
  readonly agent: Agent;
  readonly exchanges: Exchange[];
  readonly watches: Map<SeenRequest, WatchStream>;
  readonly requestRules: Set<RequestRule>;
  readonly eventRules: Set<EventRule>;
  changeDate: (date: Date) => string | null;
}

/** What is written down about a request while it passes. */
export interface Exchange extends SeenRequest {
  requestBytes: number;
  responseBytes: number;
  status: number;
  fault: RequestFault['kind'] | null;
}

/** A request on its way. */
export interface ProxiedRequest {
  readonly state: ProxyState;
  readonly exchange: Exchange;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly fault: RequestFault | null;
}

export function sendHead(
  { state, exchange, outgoing }: ProxiedRequest,
  status: number,
  headers: OutgoingHttpHeaders,
): void {
  exchange.status = status;
  const date = state.changeDate(new Date());
  outgoing.sendDate = false;
  outgoing.writeHead(status, { ...headers, ...(date === null ? {} : { date }) });
  outgoing.flushHeaders();
}

/** Sends a part of the body, and counts it. False when the client does not keep up. */
export function writeBody({ exchange, outgoing }: ProxiedRequest, bytes: Buffer): boolean {
  if (bytes.length === 0 || outgoing.destroyed) return true;
  exchange.responseBytes += bytes.length;
  return outgoing.write(bytes);
}

/** What the first rule that answers says. */
export function askRules<Rule, Fault>(
  rules: Iterable<Rule>,
  ask: (rule: Rule) => Fault | null,
): Fault | null {
  for (const rule of rules) {
    const fault = ask(rule);
    if (fault !== null) return fault;
  }
  return null;
}
