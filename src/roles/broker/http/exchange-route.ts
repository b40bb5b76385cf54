import type { FastifyInstance } from 'fastify';
import { exchange } from '#core/broker/exchange.ts';
import { renderInstant } from '#core/broker/render-audit.ts';
import { renderAnswer } from '#core/broker/reply/render-values.ts';
import { parseExchangeRequest } from '#core/broker/request/parse-exchange-request.ts';
import { answering, readToken, send, withToken, type RouteDeps } from './answering.ts';
import { ownDialect } from './dialects.ts';
import { sendSecret } from './send-secret.ts';

/** `POST /v1/exchange`: values for an identity token, or for a token of the broker's own. */
export function addExchangeRoute(server: FastifyInstance, deps: RouteDeps): void {
  server.post(
    '/v1/exchange',
    answering(deps, ownDialect, async ({ request, reply, id: auditId, address, signal }) => {
      const parsed = parseExchangeRequest(request.body);
      if (parsed.kind === 'invalid') return send(reply, ownDialect.invalid(parsed.errors));
      const { token: inBody, ...wanted } = parsed.value;
      const token = readToken(request.headers.authorization, inBody);
      const answer = await withToken(token, async () => {
        const asked = { id: auditId, event: 'exchange', token, address, ...wanted } as const;
        return await exchange(deps.parts, asked, {
          signal,
          render: (values, { id: leaseId, expiresAt }) =>
            renderAnswer({ auditId, leaseId, expiresAt: renderInstant(expiresAt) }, values),
        });
      });
      return answer.kind === 'refused'
        ? send(reply, ownDialect.refused(answer.why, auditId))
        : sendSecret(reply, answer.body);
    }),
  );
}
