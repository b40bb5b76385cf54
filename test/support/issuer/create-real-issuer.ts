import type { IncomingMessage, RequestListener } from 'node:http';
import { request } from 'node:https';
import { json } from 'node:stream/consumers';
import { openHttpsServer, type HttpsServer } from './open-https-server.ts';
import { createSigningKey } from './signing-key.ts';

/** An OIDC issuer that is not ours (`oidc-provider`), over https at a loopback address. */
export interface RealIssuer extends HttpsServer {
  /** Asks its token endpoint for an ID token of this subject; the audience is the client. */
  requestToken(subject: string): Promise<string>;
}

const grantType = 'urn:example:job';

/** With one client, whose id is `audience`. */
export async function createRealIssuer(audience: string, alg = 'RS256'): Promise<RealIssuer> {
  const { url, caPem, serve, close } = await openHttpsServer();
  serve(await createListener(url, audience, alg));
  return {
    url,
    caPem,
    close,
    requestToken: async (subject) => {
      const form = new URLSearchParams({ grant_type: grantType, client_id: audience, subject });
      const asked = request(`${url}/token`, {
        method: 'POST',
        ca: caPem,
        agent: false,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        asked.on('response', resolve).on('error', reject);
      });
      asked.end(form.toString());
      const { id_token: token } = (await json(await answered)) as { id_token: string };
      return token;
    },
  };
}

async function createListener(
  url: string,
  audience: string,
  alg: string,
): Promise<RequestListener> {
  const { default: Provider } = await import('oidc-provider');
  const { privateKey, kid } = createSigningKey('real-1', alg);
  const provider = new Provider(url, {
    adapter: NoMemory,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }] },
    clients: [
      {
        client_id: audience,
        grant_types: [grantType],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: alg,
      },
    ],
    ttl: { IdToken: 300 },
    features: { devInteractions: { enabled: false } },
  });
  provider.registerGrantType(
    grantType,
    async (ctx) => {
      const subject = ctx.oidc.params?.['subject'] ?? '';
      const token = new provider.IdToken({ sub: subject }, { ctx });
      token.scope = 'openid';
      token.set('sub', subject);
      ctx.body = { id_token: await token.issue({ use: 'idtoken' }) };
    },
    ['subject'],
  );
  return provider.callback();
}

/** What is asked of it here leaves nothing behind. */
class NoMemory {
  async upsert(): Promise<void> {
    await Promise.resolve();
  }

  async find(): Promise<undefined> {
    await Promise.resolve();
  }
}
