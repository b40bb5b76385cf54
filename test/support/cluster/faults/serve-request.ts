import type {
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { request as sendHttps } from 'node:https';
import type { RequestFault } from './faults.ts';
import { passBody } from './pass-body.ts';
import {
  askRules,
  sendHead,
  writeBody,
  type Exchange,
  type ProxiedRequest,
  type ProxyState,
} from './proxied-request.ts';

export function serveRequest(
  state: ProxyState,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const exchange = describeRequest(incoming);
  const fault = askRules(state.requestRules, (rule) => rule(exchange));
  exchange.fault = fault?.kind ?? null;
  state.exchanges.push(exchange);
  incoming.on('data', (chunk: Buffer) => {
    exchange.requestBytes += chunk.length;
  });
  incoming.pause();
  incoming.on('error', () => undefined);
  outgoing.on('error', () => undefined);
  perform({ state, exchange, incoming, outgoing, fault });
}

function perform(request: ProxiedRequest): void {
  const { fault, incoming } = request;
  switch (fault?.kind) {
    case 'stall':
      incoming.resume();
      return;
    case 'reset':
      incoming.socket.destroy();
      return;
    case 'answer':
      answer(request, fault);
      return;
    case 'hold':
      void fault.until.then(() => forward(request));
      return;
    default:
      forward(request);
  }
}

function describeRequest(incoming: IncomingMessage): Exchange {
  const url = new URL(incoming.url ?? '/', 'https://proxy');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    userAgent: incoming.headers['user-agent'] ?? '',
    isWatch: ['1', 'true'].includes(url.searchParams.get('watch') ?? ''),
    requestBytes: 0,
    responseBytes: 0,
    status: 0,
    fault: null,
  };
}

function answer(request: ProxiedRequest, fault: Extract<RequestFault, { kind: 'answer' }>): void {
  request.incoming.resume();
  const body = fault.body === undefined ? '' : `${JSON.stringify(fault.body)}\n`;
  sendHead(request, fault.status, { 'content-type': 'application/json', ...fault.headers });
  writeBody(request, Buffer.from(body));
  request.outgoing.end();
}

function forward(request: ProxiedRequest): void {
  const { state, incoming, outgoing, exchange } = request;
  const upstream = sendHttps(new URL(incoming.url ?? '/', state.target), {
    agent: state.agent,
    method: incoming.method,
    headers: { ...renderUpstreamHeaders(incoming.headers, exchange), ...renderClient(request) },
  });
  upstream.on('error', () => outgoing.destroy());
  upstream.on('response', (response) => {
    if (request.fault?.kind === 'lose-answer') {
      response.resume();
      outgoing.destroy();
    } else {
      sendHead(request, response.statusCode ?? 502, renderDownstreamHeaders(response.headers));
      passBody(request, response);
    }
  });
  // A watch lives as long as its client.
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

function renderUpstreamHeaders(
  { host: _host, connection: _connection, ...headers }: IncomingHttpHeaders,
  { isWatch }: Exchange,
): OutgoingHttpHeaders {
  return isWatch ? { ...headers, 'accept-encoding': 'identity' } : headers;
}

function renderClient({ state, exchange }: ProxiedRequest): OutgoingHttpHeaders {
  return state.client === '' ? {} : { 'user-agent': `${exchange.userAgent} ${state.client}` };
}

function renderDownstreamHeaders({
  connection: _connection,
  date: _date,
  'transfer-encoding': _encoding,
  ...headers
}: IncomingHttpHeaders): OutgoingHttpHeaders {
  return headers;
}
