import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import { readStreamBounded } from '#platform/streams/read-stream-bounded.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import { failureOfConnection } from './failure-of-connection.ts';
import type { HttpsEndpoint } from './https-endpoint.ts';

export interface HttpsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The time of the server, as HTTP writes it. */
  readonly date: string | undefined;
  /** The caller wipes it. */
  readonly body: Buffer;
}

export type SendHttps = (request: HttpsRequest, signal: AbortSignal) => Promise<HttpsAnswer>;

const defaultTimeoutMs = 10_000;
const defaultAnswerBytes = 4 * 1024 * 1024;
/** Shorter than what servers and load balancers allow a connection to rest. */
const idleMs = 15_000;

/**
 * Sends requests over TLS: bounded in bytes and time, cancellable, to no other host than the one that was checked, and
 * without following redirects. Throws what `failureOf` makes of a failure, and what `checkAddress` does.
 */
export function createHttpsSender(endpoint: HttpsEndpoint, clock: Clock): SendHttps {
  const { ca, timeoutMs: ms = defaultTimeoutMs } = endpoint;
  if (ca !== null && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw endpoint.failureOf({ kind: 'no-ca' });
  }
  const host = hostOf(endpoint);
  let options: RequestOptions | null = null;
  function reason(): MayflyError {
    return endpoint.failureOf({ kind: 'unavailable', reason: 'no answer in time' });
  }
  return async (sent, signal) => {
    const deadline = { clock, ms, signal, reason };
    return await withDeadline(deadline, async (own) => {
      try {
        if (isIP(host) > 0) endpoint.checkAddress(host);
        options ??= renderOptions(endpoint);
        const response = await send({ ...options, ...render(sent) }, sent.body, own);
        return await readAnswer(response, { endpoint, signal: own });
      } catch (error) {
        own.throwIfAborted();
        throw failureOfConnection(endpoint, error);
      }
    });
  };
}

function render({ method, path, headers, body }: HttpsRequest): RequestOptions {
  const length = body === null ? {} : { 'content-length': String(body.length) };
  return { method, path, headers: { ...headers, ...length } };
}

function hostOf({ address }: HttpsEndpoint): string {
  return new URL(address).hostname.replaceAll(/[[\]]/gu, '');
}

function renderOptions(endpoint: HttpsEndpoint): RequestOptions {
  const { address, serverName } = endpoint;
  const { port } = new URL(address);
  const host = hostOf(endpoint);
  const name = serverName ?? host;
  return {
    protocol: 'https:',
    hostname: host,
    port: port === '' ? 443 : Number(port),
    agent: createAgent(endpoint, name),
    rejectUnauthorized: true,
    lookup: createLookup(endpoint),
    // An IP address is no server name (RFC 6066); the certificate has to bear it all the same.
    servername: isIP(name) === 0 ? name : '',
  };
}

/**
 * All its connections share one context: each with its own would read the certificates again and keep the memory. Their
 * check of the name is the agent's: Node keeps no connection that was checked for one request alone.
 */
function createAgent({ ca }: HttpsEndpoint, name: string): Agent {
  const trust = ca === null ? {} : { ca };
  return new Agent({
    keepAlive: true,
    maxSockets: 8,
    timeout: idleMs,
    secureContext: createSecureContext({ minVersion: 'TLSv1.2', ...trust }),
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  });
}

/** Whatever is found is checked here and dialled as it is; an address in the place of a host is never looked up. */
function createLookup(endpoint: HttpsEndpoint): LookupFunction {
  return (host, _, callback) => {
    findAddresses(endpoint, host).then(
      (found) => process.nextTick(callback, null, found),
      (error: unknown) => process.nextTick(callback, error, []),
    );
  };
}

async function findAddresses(endpoint: HttpsEndpoint, host: string): Promise<LookupAddress[]> {
  const found = await resolveHost(endpoint, host);
  for (const { address } of found) endpoint.checkAddress(address);
  return [...found];
}

async function resolveHost(
  { resolve: ask = resolveBySystem, failureOf }: HttpsEndpoint,
  host: string,
): Promise<readonly LookupAddress[]> {
  try {
    const found = await ask(host);
    if (found.length > 0) return found;
  } catch (cause) {
    throw failureOf({ kind: 'unresolved', host }, cause);
  }
  throw failureOf({ kind: 'unresolved', host });
}

async function resolveBySystem(host: string): Promise<readonly LookupAddress[]> {
  return await lookup(host, { all: true });
}

async function send(
  options: RequestOptions,
  body: Uint8Array | null,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const sending = request({ ...options, signal }, resolve);
    sending.on('error', reject);
    sending.end(body ?? undefined);
  });
}

interface AnswerReading {
  readonly endpoint: HttpsEndpoint;
  readonly signal: AbortSignal;
}

async function readAnswer(
  response: IncomingMessage,
  { endpoint, signal }: AnswerReading,
): Promise<HttpsAnswer> {
  const { answerBytes: limit = defaultAnswerBytes } = endpoint;
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) {
    response.destroy();
    throw endpoint.failureOf({ kind: 'redirected' });
  }
  const body = await readStreamBounded(response, { what: 'the answer', limit, signal });
  return { status, retryAfter: headers['retry-after'], date: headers.date, body };
}
