import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Server as TlsServer, type SecureContextOptions, type TlsOptions } from 'node:tls';
import fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '#platform/log/logger.ts';
import { answerError, answerUnknown } from './answer-error.ts';

export interface HttpLimits {
  /** Until the headers of a request are there. */
  readonly headersMs: number;
  /** Until a whole request is there. */
  readonly requestMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
  readonly bodyBytes: number;
  readonly headerBytes: number;
  readonly connections: number;
}

const defaultHttpLimits: HttpLimits = {
  headersMs: 5000,
  requestMs: 15_000,
  keepAliveMs: 30_000,
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  connections: 1000,
};

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly limits?: Partial<HttpLimits>;
  /** PEM; plain HTTP when absent. */
  readonly tls?: CertificatePair;
  /** Addresses and networks whose `X-Forwarded-For` says who calls. */
  readonly trustedProxies?: readonly string[];
}

export interface CertificatePair {
  readonly cert: Uint8Array;
  readonly key: Uint8Array;
}

/**
 * An HTTP server with every limit set and nothing of a failure told to the caller but its code. Routes are added by
 * the caller, who also lets it listen and closes it. Answers are never cached.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { trustedProxies = [] } = options;
  const limits = { ...defaultHttpLimits, ...options.limits };
  const server = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    // A request that comes over a kept connection while the server closes is answered, and the connection ended.
    return503OnClosing: false,
    // HEAD would do all the work of GET, and throw its answer away.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    serverFactory: (listener) => createNodeServer(listener, limits, options.tls),
  });
  server.setErrorHandler((error, _, reply) => answerError(options.logger, error, reply));
  server.setNotFoundHandler((_, reply) => answerUnknown(reply));
  server.addHook('onRequest', (_, reply, done) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    done();
  });
  return server;
}

/** New connections are made with this certificate; those that are open go on. */
export function replaceCertificate({ server }: FastifyInstance, pair: CertificatePair): void {
  if (server instanceof TlsServer) server.setSecureContext(renderContext(pair));
}

function createNodeServer(
  listener: RequestListener,
  limits: HttpLimits,
  tls: HttpServerOptions['tls'],
): Server {
  const settings = renderSettings(limits);
  const server =
    tls === undefined
      ? createServer(settings, listener)
      : createTlsServer({ ...settings, ...renderTls(limits, tls) }, listener);
  server.maxConnections = limits.connections;
  server.setTimeout(limits.requestMs + limits.keepAliveMs);
  return server;
}

/** Node looks for slow requests only so often: half the shortest limit, so that none lasts twice as long. */
function renderSettings(limits: HttpLimits): ServerOptions {
  return {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.headerBytes,
    connectionsCheckingInterval: Math.min(1000, Math.ceil(limits.headersMs / 2)),
  };
}

function renderTls(limits: HttpLimits, tls: CertificatePair): TlsOptions {
  return { ...renderContext(tls), handshakeTimeout: limits.headersMs };
}

function renderContext({ cert, key }: CertificatePair): SecureContextOptions {
  return { cert: Buffer.from(cert), key: Buffer.from(key), minVersion: 'TLSv1.2' };
}
