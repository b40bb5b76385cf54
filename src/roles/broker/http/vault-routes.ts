import type { FastifyInstance, FastifyRequest } from 'fastify';
import { revokeTicket } from '#core/broker/tickets/revoke-ticket.ts';
import { exchange } from '#core/broker/exchange.ts';
import type { BrokerLease } from '#core/broker/books/lease-book.ts';
import { secondsUntil } from '#core/broker/reply/render-access-token.ts';
import { renderVaultLogin, renderVaultSecret } from '#core/broker/reply/render-vault.ts';
import { parseSecretPath } from '#core/broker/request/parse-secret-path.ts';
import { loginRequestSchema } from '#core/broker/request/vault-schema.ts';
import { validate } from '#core/api/schema/validate.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { encodeText } from '#core/format/utf8.ts';
import type { Reference } from '#core/reference/reference.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import {
  answering,
  readToken,
  send,
  withToken,
  type Answering,
  type RouteDeps,
} from './answering.ts';
import { vaultDialect } from './dialects.ts';
import { logIn } from './log-in.ts';
import { sendSecret } from './send-secret.ts';

/**
 * The few calls of Vault's API that its clients read secrets with. The role of a login is the policy, the mount of a read
 * the store.
 */
export function addVaultRoutes(server: FastifyInstance, deps: RouteDeps): void {
  addLogin(server, deps);
  addRead(server, deps);
  addRevoke(server, deps);
  server.get('/v1/sys/health', (_, reply) => reply.send(health));
}

/** As a node that is there and open; clients look no further. */
const health = { initialized: true, sealed: false, standby: false, performance_standby: false };

/** Vault's own client writes with PUT, others with POST. */
const writes = ['POST', 'PUT'] as const;

function addLogin(server: FastifyInstance, deps: RouteDeps): void {
  server.route({
    method: [...writes],
    url: '/v1/auth/:mount/login',
    handler: answering(deps, vaultDialect, async (about) => {
      const { request, reply, id } = about;
      const parsed = validate(loginRequestSchema, request.body, 'body');
      if (parsed.kind === 'invalid') return send(reply, vaultDialect.invalid(parsed.errors));
      const { role: policy, jwt } = parsed.value;
      const token = SecretBytes.take(encodeText(jwt));
      const answer = await logIn(deps, about, { token, policy });
      if (answer.kind === 'refused') return send(reply, vaultDialect.refused(answer.why, id));
      return await withToken(answer.token, async () => {
        return sendSecret(reply, renderVaultLogin(answer, id));
      });
    }),
  });
}

function addRead(server: FastifyInstance, deps: RouteDeps): void {
  server.get(
    '/v1/*',
    answering(deps, vaultDialect, async (about) => {
      const { request, reply, id, address, signal } = about;
      const reference = readReference(request);
      if (reference === null) return send(reply, { status: 404, body: { errors: [] } });
      const token = readVaultToken(about);
      const answer = await withToken(token, async () => {
        const wanted = [{ name: 'data', reference }];
        const asked = {
          id,
          event: 'read',
          token,
          policy: null,
          wanted,
          ttlMs: null,
          address,
        } as const;
        return await exchange(deps.parts, asked, {
          signal,
          render: ([value], lease) => {
            if (value?.node.kind !== 'map') {
              throw createError('MAYFLY_INTERNAL_BUG', { where: 'a read' });
            }
            const { node, version } = value;
            const envelope = { requestId: id, lease: renderLease(reference, lease), version };
            return renderVaultSecret(node, { ...envelope, now: lease.issuedAt });
          },
        });
      });
      if (answer.kind === 'refused') return send(reply, vaultDialect.refused(answer.why, id));
      return sendSecret(reply, answer.body);
    }),
  );
}

/** Clients read again in time what has a lease. What merely lies in a store has none. */
function renderLease(
  { store, path }: Reference,
  { id, ends, issuedAt, expiresAt }: BrokerLease,
): { readonly id: string; readonly seconds: number } | null {
  if (ends.length === 0) return null;
  return { id: `${store}/${path}/${id}`, seconds: secondsUntil(expiresAt, issuedAt) };
}

function addRevoke(server: FastifyInstance, deps: RouteDeps): void {
  server.route({
    method: [...writes],
    url: '/v1/auth/token/revoke-self',
    handler: answering(deps, vaultDialect, async (about) => {
      const { id, address, signal, reply } = about;
      const token = readVaultToken(about);
      await withToken(token, async () => {
        await revokeTicket(deps.parts, { id, token, address }, signal);
      });
      return reply.code(204).send();
    }),
  });
}

function readVaultToken({ request: { headers } }: Answering): SecretBytes {
  const own = headers['x-vault-token'];
  return readToken(headers.authorization, typeof own === 'string' ? own : null);
}

function readReference({ params, query }: FastifyRequest): Reference | null {
  const { '*': path = '' } = params as Readonly<Partial<Record<'*', string>>>;
  const { version } = query as Readonly<Partial<Record<'version', unknown>>>;
  return parseSecretPath(path, typeof version === 'string' ? version : null);
}
