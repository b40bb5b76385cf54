import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { VaultOptions } from '#adapters/store/vault/vault-options.ts';
import type { SecretStore, StoreSession } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFaultProxy, type FaultProxy } from '#test/support/fault-proxy.ts';
import {
  answerJson,
  createAnsweringServer,
  type Answer,
  type AnsweringServer,
} from '#test/support/stores/create-answering-server.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';
import { until } from '#test/support/until.ts';
import {
  vaultImplementations,
  vaultOptionsOf,
  type VaultImplementation,
} from '#test/support/vault/vault-under-test.ts';

const canary = 'canary-5f2d8c';
const auth = { client_token: `hvs.${canary}`, accessor: 'a1', lease_duration: 60, renewable: true };
const path = { path: 'secret/data/shop/db', version: null };
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

let server: AnsweringServer;
let proxy: FaultProxy;

beforeAll(async () => {
  server = await createAnsweringServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.answer(answerJson({ auth }));
  proxy = await createFaultProxy({ targetPort: server.port });
});
afterEach(() => proxy.close());

function open(
  implementation: VaultImplementation,
  change: Partial<VaultOptions> = {},
): SecretStore {
  return vaultImplementations[implementation](
    vaultOptionsOf(server, { timeoutMs: 400, ...change }),
  );
}

function openThroughProxy(
  implementation: VaultImplementation,
  change: Partial<VaultOptions> = {},
): SecretStore {
  const options = vaultOptionsOf(server);
  const address = `https://127.0.0.1:${proxy.port}`;
  return open(implementation, { provider: { ...options.provider, address }, ...change });
}

async function logIn(store: SecretStore): Promise<StoreSession> {
  const token = SecretBytes.take(Buffer.from(`eyJ.${canary}.sig`));
  try {
    return await store.login(token, signal());
  } finally {
    token.wipe();
  }
}

/** Pads the answer so that there is enough of it to be broken. */
const long: Answer = (response) =>
  response.end(JSON.stringify({ auth, padding: 'x'.repeat(50_000) }));

describe.each(Object.keys(vaultImplementations) as VaultImplementation[])(
  'a broken vault, %s',
  (way) => {
    it('that stalls is given up in time', async () => {
      proxy.setFault({ kind: 'stall' });
      const error = await expectCode(logIn(openThroughProxy(way)), 'MAYFLY_STORE_UNAVAILABLE');
      expect(error.message).toBe('store vault did not answer: no answer in time');
    });

    it('that accepts a request and stalls is given up in time, and the connection with it', async () => {
      const before = server.connections;
      server.answer(() => undefined);
      await expectCode(logIn(open(way)), 'MAYFLY_STORE_UNAVAILABLE');
      await until(() => server.connections <= before);
    });

    it('is given back its login again where it said nothing, once it answers', async () => {
      const again = { again: true };
      const session = await logIn(open(way));
      server.answer(answerJson({ errors: [] }, 503));
      await expectCode(session.revoke(signal(), again), 'MAYFLY_STORE_SEALED');
      server.answer((response) => response.writeHead(204).end());
      await session.revoke(signal(), again);
      await expectCode(session.revoke(signal(), again), 'MAYFLY_STORE_LOGIN_ENDED');
    });

    it.each([
      { status: 503, again: false, code: 'MAYFLY_STORE_SEALED' },
      { status: 403, again: true, code: 'MAYFLY_STORE_LOGIN_ENDED' },
    ] as const)('is not kept a login for that it does not take back: %j', async (row) => {
      const countUnwiped = trackSecrets();
      const session = await logIn(open(way));
      server.answer(answerJson({ errors: [] }, row.status));
      await expectCode(session.revoke(signal(), row), row.code);
      expect(countUnwiped()).toBe(0);
    });

    it('that drips is given up in time', async () => {
      server.answer(long);
      proxy.setFault({ kind: 'drip', bytes: 1 });
      const error = await expectCode(logIn(openThroughProxy(way)), 'MAYFLY_STORE_UNAVAILABLE');
      expect(error.message).toBe('store vault did not answer: no answer in time');
    });

    it('that is cut within its answer is unavailable', async () => {
      server.answer((response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"auth":');
        setImmediate(() => response.destroy());
      });
      const error = await expectCode(logIn(open(way)), 'MAYFLY_STORE_UNAVAILABLE');
      expect(error.message).toBe('store vault did not answer: the answer was cut');
    });

    it('that is cut within the handshake is unavailable', async () => {
      proxy.setFault({ kind: 'cut', afterBytes: 100 });
      await expectCode(logIn(openThroughProxy(way)), 'MAYFLY_STORE_UNAVAILABLE');
    });

    it('that resets connections is unavailable', async () => {
      proxy.setFault({ kind: 'reset' });
      const error = await expectCode(logIn(openThroughProxy(way)), 'MAYFLY_STORE_UNAVAILABLE');
      expect(error.message).toBe('store vault did not answer: ECONNRESET');
    });

    it('that is not there is unavailable', async () => {
      const store = openThroughProxy(way);
      await proxy.close();
      const error = await expectCode(logIn(store), 'MAYFLY_STORE_UNAVAILABLE');
      expect(error.message).toBe('store vault did not answer: ECONNREFUSED');
      proxy = await createFaultProxy({ targetPort: server.port });
    });

    it('that says too much is cut off', async () => {
      server.answer(long);
      const error = await expectCode(
        logIn(open(way, { answerBytes: 10_000 })),
        'MAYFLY_STORE_TOO_LARGE',
      );
      expect(error.message).toBe('the answer of store vault is over 10000 bytes');
    });

    it('with a certificate of another authority is not trusted, and hears nothing', async () => {
      const other = await createAnsweringServer();
      const before = server.requests.length;
      const { provider } = vaultOptionsOf(server);
      const strange = open(way, { provider: { ...provider, ca: other.caPem } });
      await expectCode(logIn(strange), 'MAYFLY_STORE_CERTIFICATE');
      const system = open(way, { provider: { ...provider, ca: null } });
      await expectCode(logIn(system), 'MAYFLY_STORE_CERTIFICATE');
      expect(server.requests).toHaveLength(before);
      await other.close();
    });

    it('with a certificate for another name is refused, unless that is the name it has to bear', async () => {
      const other = await createAnsweringServer(['vault.test']);
      other.answer(answerJson({ auth }));
      const { provider } = vaultOptionsOf(other);
      const error = await expectCode(
        logIn(open(way, { provider })),
        'MAYFLY_STORE_CERTIFICATE_NAME',
      );
      expect(error.message).toBe('the certificate of store vault does not bear the name 127.0.0.1');
      expect(other.requests).toHaveLength(0);
      await logIn(open(way, { provider: { ...provider, serverName: 'vault.test' } }));
      expect(other.requests).toHaveLength(1);
      await other.close();
    });

    it('does not begin without a usable CA', async () => {
      const { provider } = vaultOptionsOf(server);
      const opening = (): SecretStore => open(way, { provider: { ...provider, ca: 'none' } });
      await expectCode(opening, 'MAYFLY_STORE_CA_INVALID');
    });

    it.each([301, 302, 303, 307, 308])('that redirects with %s is not followed', async (status) => {
      const elsewhere = await createAnsweringServer();
      server.answer((response) => {
        response.writeHead(status, { location: `${elsewhere.url}/v1/auth/jwt/login` }).end();
      });
      await expectCode(logIn(open(way)), 'MAYFLY_STORE_REDIRECT');
      expect(elsewhere.requests).toHaveLength(0);
      await elsewhere.close();
    });

    it.each([
      '',
      'not json',
      '[]',
      `{"auth":{"client_token":"${canary}"`,
      '{"auth":null}',
      '{"auth":{}}',
      '{"auth":"x"}',
      `{"auth":{"client_token":"${canary}\\n"}}`,
      `{"auth":{"client_token":"${canary}é"}}`,
    ])('that answers a login with %j has not answered', async (text) => {
      server.answer((response) => response.end(text));
      const countUnwiped = trackSecrets();
      const error = await expectCode(logIn(open(way)), 'MAYFLY_STORE_ANSWER');
      expect(error.message).not.toContain(canary);
      expect(countUnwiped()).toBe(0);
    });

    it.each(['{}', '{"data":null}', '{"data":"x"}', 'null', '{"data":{"data":{"a":"b"},'])(
      'that answers a read with %j has not answered',
      async (text) => {
        const session = await logIn(open(way));
        server.answer((response) => response.end(text));
        const countUnwiped = trackSecrets();
        await expectCode(session.read(path, signal()), 'MAYFLY_STORE_ANSWER');
        expect(countUnwiped()).toBe(0);
      },
    );

    const statuses: readonly (readonly [number, ErrorCode, ErrorCode])[] = [
      [400, 'MAYFLY_STORE_LOGIN_DENIED', 'MAYFLY_STORE_REFUSED'],
      [403, 'MAYFLY_STORE_LOGIN_DENIED', 'MAYFLY_STORE_DENIED'],
      [404, 'MAYFLY_STORE_LOGIN_DENIED', 'MAYFLY_STORE_NOT_FOUND'],
      [405, 'MAYFLY_STORE_LOGIN_DENIED', 'MAYFLY_STORE_REFUSED'],
      [408, 'MAYFLY_STORE_UNAVAILABLE', 'MAYFLY_STORE_UNAVAILABLE'],
      [412, 'MAYFLY_STORE_BEHIND', 'MAYFLY_STORE_BEHIND'],
      [429, 'MAYFLY_STORE_THROTTLED', 'MAYFLY_STORE_THROTTLED'],
      [472, 'MAYFLY_STORE_UNAVAILABLE', 'MAYFLY_STORE_UNAVAILABLE'],
      [500, 'MAYFLY_STORE_UNAVAILABLE', 'MAYFLY_STORE_UNAVAILABLE'],
      [502, 'MAYFLY_STORE_UNAVAILABLE', 'MAYFLY_STORE_UNAVAILABLE'],
      [503, 'MAYFLY_STORE_SEALED', 'MAYFLY_STORE_SEALED'],
    ];

    it.each(statuses)(
      'that answers %s says of a login %s, of a read %s',
      async (status, login, read) => {
        const session = await logIn(open(way));
        server.answer(answerJson({ errors: [`refused: ${canary}`] }, status));
        const errors = [
          await expectCode(logIn(open(way)), login),
          await expectCode(session.read(path, signal()), read),
        ];
        for (const error of errors) expect(JSON.stringify(error)).not.toContain(canary);
      },
    );

    it.each([412, 429, 503])('that asks to wait with %s is waited for', async (status) => {
      const session = await logIn(open(way));
      server.answer((response) => {
        response.writeHead(status, { 'retry-after': '7' }).end('{}');
      });
      await expect(session.read(path, signal())).rejects.toMatchObject({ retryAfterMs: 7000 });
    });

    it('is left at once when nobody wants its answer any more', async () => {
      const leaving = new AbortController();
      const reason = new Error('no longer wanted');
      server.answer(() => leaving.abort(reason));
      const session = await open(way)
        .login(SecretBytes.take(Buffer.from('eyJ.a.b')), signal())
        .catch(() => null);
      expect(session).toBeNull();
      const probe = open(way, { timeoutMs: 60_000 }).probe(leaving.signal);
      await expect(probe).rejects.toBe(reason);
    });

    it('is not asked with a token that is none', async () => {
      const before = server.requests.length;
      const token = SecretBytes.take(Buffer.from('eyJ","role":"admin'));
      await expectCode(open(way).login(token, signal()), 'MAYFLY_STORE_LOGIN_DENIED');
      expect(server.requests).toHaveLength(before);
    });
  },
);
