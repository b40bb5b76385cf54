import { createError } from '#core/errors/mayfly-error.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { addHealthRoutes, type HealthParts } from '#platform/http/add-health-routes.ts';
import { createHttpServer } from '#platform/http/create-http-server.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import type { Logger } from '#platform/log/logger.ts';

export interface ServerParts {
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

type Server = ReturnType<typeof createHttpServer>;
type Address = NonNullable<Configuration['http']['listen']>;

/** Serves health and metrics where the configuration asks for it. */
export async function startHealth(
  { http }: Configuration,
  health: HealthParts,
  parts: ServerParts,
): Promise<void> {
  if (http.listen === undefined) return;
  const server = createHttpServer({ logger: parts.logger });
  addHealthRoutes(server, health);
  await listen(server, http.listen, { ...parts, name: 'health and metrics' });
}

/** Serves push hooks where the configuration asks for it. */
export async function startPushHooks(
  { pushHooks }: Configuration,
  server: Server | null,
  parts: ServerParts,
): Promise<void> {
  if (server === null || pushHooks.listen === undefined) return;
  await listen(server, pushHooks.listen, { ...parts, name: 'push hooks' });
}

async function listen(
  server: Server,
  { host, port }: Address,
  { logger, lifecycle, name }: ServerParts & { readonly name: string },
): Promise<void> {
  const address = `${host}:${port}`;
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw createError('MAYFLY_HTTP_LISTEN', { address, reason: readErrno(cause) }, { cause });
  }
  lifecycle.started(name, async () => {
    server.server.closeAllConnections();
    await server.close();
  });
  logger.info('serving', { name, address });
}
