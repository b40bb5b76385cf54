import type { FastifyInstance } from 'fastify';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { readErrno } from '#platform/files/system-error.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import type { Logger } from '#platform/log/logger.ts';
import { wait } from '#platform/time/wait.ts';
import { addHealthRoutes, type HealthParts } from './add-health-routes.ts';
import { createHttpServer } from './create-http-server.ts';

export interface ServerParts {
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

type Address = NonNullable<Configuration['http']['listen']>;

/** Serves health and metrics where the configuration asks for it. */
export async function serveHealth(
  { http }: Configuration,
  health: HealthParts,
  parts: ServerParts,
): Promise<void> {
  if (http.listen === undefined) return;
  const server = createHttpServer({ logger: parts.logger });
  addHealthRoutes(server, health);
  await serveHttp(server, http.listen, { ...parts, name: 'health and metrics' });
}

/** Serves until the program ends; what is under way then is cut. Throws `MAYFLY_HTTP_LISTEN`. */
export async function serveHttp(
  server: FastifyInstance,
  address: Address,
  { logger, lifecycle, name }: ServerParts & { readonly name: string },
): Promise<void> {
  await listenHttp(server, address);
  lifecycle.started(name, async () => {
    server.server.closeAllConnections();
    await server.close();
  });
  logger.info('serving', { name, address: renderAddress(address) });
}

export interface DrainedParts extends ServerParts {
  readonly name: string;
  readonly clock: Clock;
  /** How long it answers on at the end, for those who have not heard of it yet. */
  readonly drainMs: number;
  /** Told when the program has no more time for what is under way. */
  onLate?(reason: unknown): void;
}

/** Serves until the program ends, and then until what is under way is answered. Throws `MAYFLY_HTTP_LISTEN`. */
export async function serveDrained(
  server: FastifyInstance,
  address: Address,
  { logger, lifecycle, name, clock, drainMs, ...parts }: DrainedParts,
): Promise<void> {
  await listenHttp(server, address);
  lifecycle.started(name, async (deadline) => {
    deadline.addEventListener('abort', () => parts.onLate?.(deadline.reason));
    await wait(clock, drainMs, deadline).catch(() => undefined);
    await server.close();
  });
  logger.info('serving', { name, address: renderAddress(address) });
}

async function listenHttp(server: FastifyInstance, listen: Address): Promise<void> {
  try {
    await server.listen(listen);
  } catch (cause) {
    const address = renderAddress(listen);
    throw createError('MAYFLY_HTTP_LISTEN', { address, reason: readErrno(cause) }, { cause });
  }
}

function renderAddress({ host, port }: Address): string {
  return `${host}:${port}`;
}
