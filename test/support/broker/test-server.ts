import type { FastifyInstance } from 'fastify';
import type { KindName, ObjectRef } from '#core/api/object.ts';
import type { BrokerParts } from '#core/broker/broker-parts.ts';
import type { Clock } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { BucketOptions } from '#platform/http/token-bucket.ts';
import type { Logger } from '#platform/log/logger.ts';
import { createBrokerServer } from '#roles/broker/http/create-broker-server.ts';
import { createStoreReader } from '#roles/broker/stores/create-store-reader.ts';
import type { MemoryStore } from '#test/support/stores/memory-store.ts';

/** A rate that no test comes near, unless it is about rates. */
export const generous = { burst: 1_000_000, perSecond: 1_000_000 };

export interface TestServerDeps {
  readonly logger: Logger;
  readonly ending?: AbortSignal;
  readonly perAddress?: BucketOptions;
  readonly trustedProxies?: readonly string[];
  /** Told of connections that nothing more is read of. */
  onHeld?(): void;
}

/** The broker's HTTP server, without TLS. */
export function createTestServer(
  parts: BrokerParts,
  { perAddress = generous, trustedProxies = [], ...deps }: TestServerDeps,
): FastifyInstance {
  const metrics = { contentType: 'text/plain', render: async () => '' };
  const health = { isReady: () => true, metrics };
  const { logger, ending = new AbortController().signal } = deps;
  const about = { observeAnswer: () => undefined, version: '0.0.0', health };
  return createBrokerServer(
    { parts, logger, deadlineMs: 10_000, ending, ...about },
    {
      tls: null,
      limits: {},
      trustedProxies,
      perAddress,
      holdBack: () => deps.onHeld?.(),
      isEnding: () => false,
    },
  );
}

/** Any login will do. */
export function openTestReader(
  store: Pick<MemoryStore, 'login'>,
  clock: Clock,
): ReturnType<typeof createStoreReader> {
  const token = SecretBytes.take(Buffer.from('broker'));
  return createStoreReader({ clock, logIn: async (_, signal) => await store.login(token, signal) });
}

/** Where an object of this name is: `NAME` of the cluster, or `NAMESPACE/NAME`. */
export function refOf(kind: KindName, text: string): ObjectRef {
  const [name = '', namespace = ''] = text.split('/').toReversed();
  return { kind, namespace, name };
}
