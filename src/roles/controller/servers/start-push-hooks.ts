import type { FastifyInstance } from 'fastify';
import type { Configuration } from '#platform/config/schema.ts';
import { serveHttp, type ServerParts } from '#platform/http/serve.ts';

/** Serves push hooks where the configuration asks for it. */
export async function startPushHooks(
  { pushHooks }: Configuration,
  server: FastifyInstance | null,
  parts: ServerParts,
): Promise<void> {
  if (server === null || pushHooks.listen === undefined) return;
  await serveHttp(server, pushHooks.listen, { ...parts, name: 'push hooks' });
}
