import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { createTokenVerifier } from '#adapters/identity/oidc/create-token-verifier.ts';
import type { KindName } from '#core/api/object.ts';
import { createLeaseBook } from '#core/broker/books/lease-book.ts';
import { createTicketBook } from '#core/broker/books/ticket-book.ts';
import type { BrokerParts } from '#core/broker/broker-parts.ts';
import type { IssuerKind } from '#core/identity/identity.ts';
import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import type { TokenReview } from '#core/ports/broker/token-verifier.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { createThrottle } from '#roles/broker/throttle.ts';
import { createView } from '#roles/broker/view/create-view.ts';
import { openObjectTables, type FollowedTables } from '#roles/broker/view/object-tables.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { brokerAudience, makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey, signToken } from '#test/support/issuer/signing-key.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';
import { createMemoryObjects, type MemoryObjects } from '#test/support/memory/memory-objects.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/stores/memory-store.ts';
import { createMemoryAudit, type MemoryAudit } from './memory-audit.ts';
import { createMemoryReplay, type MemoryReplay } from './memory-replay.ts';
import { createTestServer, openTestReader, refOf } from './test-server.ts';

/** A broker over memory, with the hands of the administrator, the issuers and the store. */
export interface BrokerRig {
  readonly clock: FakeClock;
  readonly objects: MemoryObjects;
  readonly store: MemoryStore;
  readonly audit: MemoryAudit;
  readonly replay: MemoryReplay;
  readonly logger: ReturnType<typeof createMemoryLogger>;
  readonly parts: BrokerParts;
  readonly server: FastifyInstance;
  /** Calls of ports since the last look, in order. */
  takeSteps(): readonly string[];
  /** What the API server says of tokens. */
  review: TokenReview | null;
  put(kind: KindName, name: string, spec: object): Promise<void>;
  remove(kind: KindName, name: string): Promise<void>;
  /** A token of a system, some of whose claims are changed. */
  sign(kind: IssuerKind, change?: object): string;
  send(options: InjectOptions): Promise<LightMyRequestResponse>;
  exchange(token: string, change?: object): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** What is asked for unless said otherwise. */
const usual = { policy: 'shop/release', secrets: { PASSWORD: 'vault:app/db#password' } };
const rate = { burst: 1000, perSecond: 1000 };
const rates = { perIssuer: rate, perTenant: rate, perSubject: rate };
const key = createSigningKey('rig');

export async function createBrokerRig(change: Partial<BrokerParts> = {}): Promise<BrokerRig> {
  const clock = createFakeClock();
  const objects = createMemoryObjects();
  const steps: string[] = [];
  const note = (step: string): void => void steps.push(step);
  const audit = createMemoryAudit();
  const replay = createMemoryReplay(clock);
  const store = createMemoryStore({ clock, name: 'vault' });
  const logger = createMemoryLogger();
  const tables = await openObjectTables({
    objects,
    namespaces: null,
    clock,
    checkFresh: () => undefined,
    onFault: () => note('fault'),
  });
  const ending = new AbortController();
  void tables.follow(ending.signal);
  const random = createFakeRandom();
  const told = { review: null as TokenReview | null };
  const parts: BrokerParts = {
    view: noted(createView(tables), note),
    verifier: noted(makeVerifier(clock, tables), note),
    reviewer: noted({ review: async () => told.review }, note),
    replay: noted(replay, note),
    stores: noted(openTestReader(store, clock), note),
    audit: noted(audit, note),
    leases: createLeaseBook(clock, 100),
    tickets: createTicketBook({ clock, digest: plainDigest }, 100),
    throttle: createThrottle(clock, rates),
    clock,
    random,
    digest: plainDigest,
    options: { audience: brokerAudience, restFactor: 3 },
    ...change,
  };
  const serving = { logger, perAddress: rate, onHeld: () => note('held back') };
  const server = createTestServer(parts, { ...serving, ending: ending.signal });
  const rig = {
    clock,
    objects,
    store,
    audit,
    replay,
    logger,
    parts,
    server,
    takeSteps: () => steps.splice(0),
    get review() {
      return told.review;
    },
    set review(review: TokenReview | null) {
      told.review = review;
    },
    async put(kind: KindName, name: string, spec: object): Promise<void> {
      objects.put(refOf(kind, name), spec);
      await settle();
    },
    async remove(kind: KindName, name: string): Promise<void> {
      objects.delete(refOf(kind, name));
      await settle();
    },
    sign: (kind: IssuerKind, claims: object = {}) =>
      signToken(key, { claims: makeClaims(kind, clock.now(), { ...claims }) }),
    send: async (options: InjectOptions) => await server.inject(options),
    exchange: async (token: string, asked: object = {}) =>
      await server.inject({
        method: 'POST',
        url: '/v1/exchange',
        payload: { token, ...usual, ...asked },
      }),
    async close(): Promise<void> {
      ending.abort();
      await server.close();
    },
  };
  await furnish(rig);
  return rig;
}

/** The subject of a policy for what GitHub runs on the main branch. */
export const releaseJob = {
  github: { issuer: 'github', ownerId: ['65'], repositoryId: ['74'], ref: ['refs/heads/main'] },
};

/** Issuers of all that tests use, a store, and a policy for jobs of GitHub and GitLab and for pods. */
async function furnish({ put, store }: Pick<BrokerRig, 'put' | 'store'>): Promise<void> {
  const jwks = JSON.stringify({ keys: [key.jwk] });
  for (const kind of ['github', 'gitlab'] as const) {
    const issuer = String(makeClaims(kind, 0)['iss']);
    await put('TokenIssuer', kind, { kind, issuer, keys: { inline: { jwks } } });
  }
  const issuer = String(makeClaims('kubernetes', 0)['iss']);
  await put('TokenIssuer', 'here', { kind: 'kubernetes', issuer, keys: { cluster: {} } });
  await put('Store', 'shop/vault', {
    provider: {
      vault: { address: 'https://vault.example.com', login: { method: 'jwt', role: 'shop' } },
    },
    serviceAccountName: 'broker',
  });
  await put('AccessPolicy', 'shop/release', {
    subjects: [
      releaseJob,
      { pod: { issuer: 'here', serviceAccounts: ['web'] } },
      { gitlab: { issuer: 'gitlab', projectId: ['20'], ref: ['main'], refType: ['branch'] } },
    ],
    grants: [{ store: 'vault', paths: ['app/*', 'database/creds/*'], maxTtl: '15m' }],
  });
  store.put('app/db', { password: 'hunter2-hunter2', user: 'shop' });
}

/** The API server says of itself what the rig signs with. */
const clusterKeys: ClusterKeys = {
  readApiServer: async (what) => {
    const issuer = makeClaims('kubernetes', 0)['iss'];
    const document = { issuer, jwks_uri: `${String(issuer)}/openid/v1/jwks` };
    return Buffer.from(JSON.stringify(what === 'document' ? document : { keys: [key.jwk] }));
  },
  readConfigMap: async () => null,
};

function makeVerifier(clock: FakeClock, tables: FollowedTables): BrokerParts['verifier'] {
  return createTokenVerifier({
    clock,
    random: createFakeRandom(),
    digest: plainDigest,
    cluster: clusterKeys,
    issuers: () => tables.issuers(),
    ownAudience: brokerAudience,
  });
}

/** The same port; the name of every call is noted. */
function noted<T extends object>(port: T, note: (name: string) => void): T {
  return new Proxy(port, {
    get(target, name, receiver): unknown {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): unknown => {
        note(String(name));
        return Reflect.apply(member, target, args);
      };
    },
  });
}
