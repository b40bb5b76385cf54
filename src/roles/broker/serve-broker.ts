import type { FastifyInstance } from 'fastify';
import type { BrokerParts } from '#core/broker/broker-parts.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { followCertificates } from '#platform/http/follow-certificates.ts';
import { createHoldBack } from '#platform/http/create-hold-back.ts';
import { serveDrained } from '#platform/http/serve.ts';
import type { TlsPair } from '#platform/http/tls-files.ts';
import type { BrokerTools, OpenBroker } from './compose.ts';
import { createBrokerServer } from './http/create-broker-server.ts';
import { startRounds } from './start-rounds.ts';

export interface ServeTools extends BrokerTools {
  readonly version: string;
  readonly serving: Serving;
}

/** Whether it answers yet. */
export interface Serving {
  server: FastifyInstance | null;
  isReady(): boolean;
}

/**
 * Serves from the first certificate on that can be used, and ends leases meanwhile. At the end it is not ready first,
 * answers on for a while, closes when what is under way is answered, and gives back what leases hold at stores.
 */
export async function serveBroker(
  configuration: Configuration,
  { parts }: OpenBroker,
  tools: ServeTools,
): Promise<void> {
  const { listen, certFile, keyFile, drain } = configuration.broker;
  if (listen === undefined || certFile === undefined || keyFile === undefined) return;
  startRounds(parts, tools);
  const tls = await followCertificates({ certFile, keyFile }, tools);
  if (tls === null) return;
  const ending = new AbortController();
  const server = createServer(configuration, { parts, tls, ending: ending.signal }, tools);
  await serveDrained(server, listen, {
    ...tools,
    name: 'broker',
    drainMs: drain,
    onLate: (reason) => ending.abort(reason),
  });
  tools.serving.server = server;
}

interface ServerParts {
  readonly parts: BrokerParts;
  readonly tls: TlsPair;
  readonly ending: AbortSignal;
}

function createServer(
  { broker }: Configuration,
  { parts, tls, ending }: ServerParts,
  { logger, metrics, lifecycle, serving, version }: ServeTools,
): FastifyInstance {
  const { limits, deadline } = broker;
  return createBrokerServer(
    {
      parts,
      logger,
      deadlineMs: deadline,
      ending,
      version,
      health: { metrics, isReady: () => serving.isReady() },
      observeAnswer: (route, status, ms) => metrics.observeAnswer(route, status, ms),
    },
    {
      tls,
      limits: { connections: limits.connections, requestMs: deadline },
      trustedProxies: broker.trustedProxies,
      perAddress: limits.address,
      holdBack: createHoldBack(parts),
      isEnding: () => lifecycle.stopping.aborted,
    },
  );
}
