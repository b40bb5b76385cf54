import { openHttpsServer, type HttpsServer } from '#test/support/issuer/open-https-server.ts';
import { createSigningKey } from '#test/support/issuer/signing-key.ts';

/** An OIDC issuer that is not ours (`oidc-provider`), with the device login of RFC 8628. */
export interface LoginIssuer extends HttpsServer {
  readonly clientId: string;
  /** What a person does in a browser who was shown this code. */
  confirm(userCode: string): Promise<void>;
  refuse(userCode: string): Promise<void>;
}

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const clientId = 'mayfly';
const accountId = 'alice';

export async function openLoginIssuer(): Promise<LoginIssuer> {
  const { url, caPem, serve, close } = await openHttpsServer();
  const provider = await createProvider(url);
  serve(provider.callback());
  async function change(userCode: string, outcome: object): Promise<void> {
    // What is typed may have dashes, what is kept has none.
    const code = await provider.DeviceCode.findByUserCode(userCode.replaceAll('-', ''));
    if (code === undefined) throw new Error('there is no such code');
    Object.assign(code, outcome);
    await code.save();
  }
  return {
    url,
    caPem,
    clientId,
    confirm: async (userCode) => {
      const grant = new provider.Grant({ accountId, clientId });
      grant.addOIDCScope('openid');
      const grantId = await grant.save();
      await change(userCode, { accountId, grantId, scope: 'openid', authTime: 1 });
    },
    refuse: async (userCode) => await change(userCode, { error: 'access_denied' }),
    close,
  };
}

async function createProvider(url: string) {
  const { default: Provider } = await import('oidc-provider');
  const { privateKey, kid } = createSigningKey('login-1', 'RS256');
  return new Provider(url, {
    adapter: Memory,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] },
    clients: [
      {
        client_id: clientId,
        grant_types: [grantType],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'none',
      },
    ],
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    cookies: { keys: ['of a test'] },
    ttl: { DeviceCode: 600, IdToken: 300, AccessToken: 300, Grant: 600 },
    features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
  });
}

type Kept = Readonly<Record<string, unknown>>;

/** What the issuer keeps, of one model. */
class Memory {
  readonly #kept = new Map<string, Kept>();

  async upsert(id: string, payload: Kept): Promise<void> {
    await Promise.resolve(this.#kept.set(id, payload));
  }

  async find(id: string): Promise<Kept | undefined> {
    return await Promise.resolve(this.#kept.get(id));
  }

  async findByUserCode(code: string): Promise<Kept | undefined> {
    return await Promise.resolve([...this.#kept.values()].find((one) => one['userCode'] === code));
  }

  async consume(id: string): Promise<void> {
    await this.upsert(id, { ...this.#kept.get(id), consumed: 1 });
  }
}
