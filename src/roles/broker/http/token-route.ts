import type { FastifyInstance } from 'fastify';
import { renderAccessToken } from '#core/broker/reply/render-access-token.ts';
import { parseTokenRequest } from '#core/broker/request/parse-token-request.ts';
import { answering, readToken, send, withToken, type RouteDeps } from './answering.ts';
import { oauthDialect } from './dialects.ts';
import { logIn } from './log-in.ts';
import { sendSecret } from './send-secret.ts';

export const tokenPath = '/oauth2/token';

/** `POST /oauth2/token` (RFC 8693): a token of the broker's own for an identity token. Never a value. */
export function addTokenRoute(server: FastifyInstance, deps: RouteDeps): void {
  server.post(
    tokenPath,
    answering(deps, oauthDialect, async (about) => {
      const { request, reply, id } = about;
      const body = request.body instanceof Map ? request.body : new Map<string, string[]>();
      const parsed = parseTokenRequest(body, deps.parts.options.audience);
      if (parsed.kind === 'fault') {
        const { error, description } = parsed;
        return send(reply, { status: 400, body: { error, error_description: description } });
      }
      const { policy } = parsed;
      const token = readToken(undefined, parsed.token);
      const answer = await logIn(deps, about, { token, policy });
      if (answer.kind === 'refused') return send(reply, oauthDialect.refused(answer.why, id));
      return await withToken(answer.token, async () =>
        sendSecret(reply, renderAccessToken(answer)),
      );
    }),
  );
}

/** The parameters of a form, each with all of its values. */
export function readForm(text: string): ReadonlyMap<string, readonly string[]> {
  // In one go: to ask `URLSearchParams` for each name looks through all of them every time.
  const form = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = form.get(name);
    if (before === undefined) form.set(name, [value]);
    else before.push(value);
  }
  return form;
}
