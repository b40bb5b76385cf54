import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '#core/ports/time.ts';
import { addHealthRoutes, type HealthParts } from '#platform/http/add-health-routes.ts';
import {
  createHttpServer,
  type CertificatePair,
  type HttpLimits,
} from '#platform/http/create-http-server.ts';
import { createBuckets, type BucketOptions } from '#platform/http/token-bucket.ts';
import { answerThrottled, type RouteDeps } from './answering.ts';
import { addExchangeRoute } from './exchange-route.ts';
import { addLeaseRoutes } from './lease-routes.ts';
import { nameAddress, readAddress } from './name-address.ts';
import { renderOpenApi } from './open-api.ts';
import { addTokenRoute, readForm, tokenPath } from './token-route.ts';
import { addVaultRoutes } from './vault-routes.ts';

export interface BrokerServerDeps extends RouteDeps {
  readonly health: HealthParts;
  readonly observeAnswer: (route: string, status: number, ms: number) => void;
  readonly version: string;
}

export interface BrokerServerOptions {
  /** Null serves plain HTTP. */
  readonly tls: CertificatePair | null;
  readonly limits: Partial<HttpLimits>;
  /** Addresses and networks whose `X-Forwarded-For` says who calls. */
  readonly trustedProxies: readonly string[];
  /** Of one address, before anything is looked at. */
  readonly perAddress: BucketOptions;
  /** Told of the connection of who asks too often: nothing more is read of it for a while. */
  holdBack(socket: Socket): void;
  /** Whether it is about to close: then no connection is kept. */
  isEnding(): boolean;
}

const countedAddresses = 50_000;

/** The broker's HTTP server. The caller lets it listen, replaces its certificate and closes it. */
export function createBrokerServer(
  deps: BrokerServerDeps,
  options: BrokerServerOptions,
): FastifyInstance {
  const { tls, limits, trustedProxies } = options;
  const { logger } = deps;
  const server = createHttpServer({ logger, limits, trustedProxies, ...(tls !== null && { tls }) });
  readJsonAlways(server);
  boundAddresses(server, deps.parts.clock, options);
  server.addHook('onResponse', (request, reply, done) => {
    deps.observeAnswer(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
    done();
  });
  addHealthRoutes(server, deps.health);
  const document = renderOpenApi(deps.version, deps.parts.options.audience);
  server.get('/openapi.json', (_, reply) => reply.send(document));
  addExchangeRoute(server, deps);
  addTokenRoute(server, deps);
  addLeaseRoutes(server, deps);
  addVaultRoutes(server, deps);
  return server;
}

const form = 'application/x-www-form-urlencoded';

/** Clients of Vault send JSON and do not say so, or say what curl says by itself: a form is one of RFC 8693 alone. */
function readJsonAlways(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('text/plain');
  server.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, null);
    else void parse(request, String(body), done);
  });
  server.addContentTypeParser(form, { parseAs: 'string' }, (request, body, done) => {
    if (request.routeOptions.url === tokenPath) done(null, readForm(String(body)));
    else void parse(request, String(body), done);
  });
}

/** Who asks too often is answered, and then not listened to for a while. */
function boundAddresses(server: FastifyInstance, clock: Clock, options: BrokerServerOptions): void {
  const buckets = createBuckets(clock, { ...options.perAddress, keys: countedAddresses });
  server.addHook('onRequest', (request, reply, done) => {
    if (options.isEnding()) void reply.header('connection', 'close');
    const address = readAddress(request);
    const seconds = buckets.take(nameAddress(address));
    if (seconds === 0) {
      done();
      return;
    }
    answerThrottled(seconds, reply);
    // What a proxy sends over one connection comes from many.
    if (address === request.socket.remoteAddress) options.holdBack(request.raw.socket);
  });
}
