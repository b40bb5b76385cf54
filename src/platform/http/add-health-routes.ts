import type { FastifyInstance } from 'fastify';

export interface HealthParts {
  /** Whether the first look at everything is done and nothing stands in the way of work. */
  isReady(): boolean;
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
}

/** Adds `/healthz` (the process runs), `/readyz` (it works) and `/metrics`. */
export function addHealthRoutes(server: FastifyInstance, parts: HealthParts): void {
  server.get('/healthz', (_, reply) => reply.type('text/plain').send('ok\n'));
  server.get('/readyz', (_, reply) => {
    const isReady = parts.isReady();
    const text = isReady ? 'ok\n' : 'not ready\n';
    return reply
      .code(isReady ? 200 : 503)
      .type('text/plain')
      .send(text);
  });
  server.get('/metrics', async (_, reply) => {
    const text = await parts.metrics.render();
    return reply.type(parts.metrics.contentType).send(text);
  });
}
