import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findLease, revokeLease, type LeaseAsked } from '#core/broker/leases/find-lease.ts';
import { renderInstant } from '#core/broker/render-audit.ts';
import { answering, readToken, withToken, type Answering, type RouteDeps } from './answering.ts';
import { ownDialect } from './dialects.ts';

/** `GET` and `DELETE /v1/lease/:id`, for the identity that the lease was opened for. */
export function addLeaseRoutes(server: FastifyInstance, deps: RouteDeps): void {
  const { parts } = deps;
  server.get(
    '/v1/lease/:id',
    answering(deps, ownDialect, async (about) => {
      const { lease } = await withLease(about, async (asked) => {
        return await findLease(parts, asked, about.signal);
      });
      const { id: leaseId, policy, references } = lease;
      const [issuedAt, expiresAt] = [lease.issuedAt, lease.expiresAt].map(renderInstant);
      return about.reply.send({ leaseId, policy, references, issuedAt, expiresAt });
    }),
  );
  server.delete(
    '/v1/lease/:id',
    answering(deps, ownDialect, async (about) => {
      await withLease(about, async (asked) => await revokeLease(parts, asked, about.signal));
      return about.reply.code(204).send();
    }),
  );
}

async function withLease<T>(
  { request, id, address }: Answering,
  work: (asked: LeaseAsked) => Promise<T>,
): Promise<T> {
  const token = readToken(request.headers.authorization, null);
  return await withToken(token, async () => {
    return await work({ id, token, address, lease: readId(request) });
  });
}

function readId({ params }: FastifyRequest): string {
  const { id } = params as Readonly<Partial<Record<'id', string>>>;
  return id ?? '';
}
