import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openAuditLog } from '#adapters/audit/open-audit-log.ts';
import { createTokenVerifier } from '#adapters/identity/oidc/create-token-verifier.ts';
import { openSqliteReplay } from '#adapters/replay/sqlite/open-sqlite-replay.ts';
import type { KindName } from '#core/api/object.ts';
import { parseAuditLine, type AuditRecord } from '#core/audit/audit-record.ts';
import { createLeaseBook } from '#core/broker/books/lease-book.ts';
import { createTicketBook } from '#core/broker/books/ticket-book.ts';
import type { BrokerParts } from '#core/broker/broker-parts.ts';
import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import type { ReplayStore } from '#core/ports/broker/replay-store.ts';
import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';
import type { Instant } from '#core/ports/time.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { createThrottle } from '#roles/broker/throttle.ts';
import { checkFresh } from '#roles/broker/view/check-fresh.ts';
import { createView } from '#roles/broker/view/create-view.ts';
import { openObjectTables } from '#roles/broker/view/object-tables.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';
import { createMemoryObjects, type MemoryObjects } from '#test/support/memory/memory-objects.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/stores/memory-store.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { createTestServer, generous, openTestReader, refOf } from './test-server.ts';

export interface BrokerAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * A broker over HTTP: what verifies, counts uses, records and answers is what ships. The objects, the store and the time
 * are the test's.
 */
export interface BrokerOnHttp {
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly logger: ReturnType<typeof createMemoryLogger>;
  readonly url: string;
  /** When the API server was last heard of; the time of the clock until it is set. */
  heardAt: Instant | null;
  put(kind: KindName, name: string, spec: object): Promise<void>;
  remove(kind: KindName, name: string): Promise<void>;
  send(path: string, init?: RequestInit): Promise<BrokerAnswer>;
  /** `POST /v1/exchange` of the password that {@link openBrokerOnHttp} puts into its store. */
  exchange(token: string, change?: object): Promise<BrokerAnswer>;
  /** What the audit log has, as it lies on disk. */
  readAuditFiles(): Promise<string>;
  readAudit(): Promise<readonly AuditRecord[]>;
  close(): Promise<void>;
}

export interface BrokerOnHttpOptions {
  readonly clock?: FakeClock;
  readonly cluster?: ClusterKeys;
  /** Instead of a file of its own. */
  readonly replay?: ReplayStore;
  /** The labels of namespaces; without them everything is the administrator's. */
  readonly namespaces?: NamespaceLabels;
  /** Instead of those that ship, or of the test's. */
  readonly parts?: Partial<BrokerParts>;
}

export const grantedValue = 'hunter2-hunter2';
const unlimited = { perIssuer: generous, perTenant: generous, perSubject: generous };

export async function openBrokerOnHttp(options: BrokerOnHttpOptions = {}): Promise<BrokerOnHttp> {
  const { clock = createFakeClock() } = options;
  const objects = createMemoryObjects();
  const store = createMemoryStore({ clock, name: 'vault' });
  const logger = createMemoryLogger();
  const heard = { at: null as Instant | null };
  const opened = await openParts({ ...options, clock, objects, store, logger, heard });
  const server = createTestServer(opened.parts, { logger });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  async function send(path: string, init?: RequestInit): Promise<BrokerAnswer> {
    const answer = await fetch(`${url}${path}`, init);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
  const broker: BrokerOnHttp = {
    clock,
    store,
    logger,
    url,
    get heardAt() {
      return heard.at;
    },
    set heardAt(at) {
      heard.at = at;
    },
    async put(kind, name, spec): Promise<void> {
      objects.put(refOf(kind, name), spec);
      await settle();
    },
    async remove(kind, name): Promise<void> {
      objects.delete(refOf(kind, name));
      await settle();
    },
    send,
    exchange: async (token, change = {}) =>
      await send('/v1/exchange', asJson({ token, ...usualRequest, ...change })),
    readAuditFiles: async () => await readFolder(opened.auditFolder),
    readAudit: async () => parseRecords(await readFolder(opened.auditFolder)),
    async close(): Promise<void> {
      await server.close();
      await opened.close();
    },
  };
  store.put('app/db', { password: grantedValue, user: 'shop' });
  await broker.put('Store', 'shop/vault', vaultSpec);
  return broker;
}

interface Hands extends BrokerOnHttpOptions {
  readonly clock: FakeClock;
  readonly objects: MemoryObjects;
  readonly store: MemoryStore;
  readonly logger: BrokerOnHttp['logger'];
  readonly heard: { readonly at: Instant | null };
}

interface OpenedParts {
  readonly parts: BrokerParts;
  readonly auditFolder: string;
  close(): Promise<void>;
}

async function openParts(hands: Hands): Promise<OpenedParts> {
  const { clock, objects, store, logger, heard, cluster = null, namespaces = null } = hands;
  const folder = await createTempFolder();
  const random = createFakeRandom();
  const deps = { clock, random, digest: plainDigest };
  const tables = await openObjectTables({
    objects,
    namespaces,
    clock,
    checkFresh: () => checkFresh({ synced: true, heardAt: heard.at ?? clock.now() }, clock),
    onFault: (error) => logger.error('objects cannot be read', { error }),
  });
  const ending = new AbortController();
  void tables.follow(ending.signal);
  const issuers = { issuers: () => tables.issuers(), ownAudience: brokerAudience };
  const verifier = createTokenVerifier({ ...deps, ...issuers, cluster });
  const path = join(folder.path, 'replay.db');
  const replay = hands.replay ?? openSqliteReplay({ clock, bootId: 'test' }, { path });
  const auditFolder = join(folder.path, 'audit');
  const files = { folder: auditFolder, fileBytes: 1_000_000, keepFiles: null };
  const audit = await openAuditLog(deps, files);
  const parts: BrokerParts = {
    ...deps,
    view: createView(tables),
    verifier,
    reviewer: null,
    replay,
    audit,
    stores: openTestReader(store, clock),
    leases: createLeaseBook(clock, 1000),
    tickets: createTicketBook(deps, 1000),
    throttle: createThrottle(clock, unlimited),
    options: { audience: brokerAudience, restFactor: 3 },
    ...hands.parts,
  };
  async function close(): Promise<void> {
    ending.abort();
    verifier.close();
    await Promise.all([replay.close(), audit.close()]);
    await folder.remove();
  }
  return { parts, auditFolder, close };
}

const usualRequest = {
  policy: 'shop/release',
  secrets: { PASSWORD: 'vault:app/db#password' },
};

const vaultSpec = {
  provider: {
    vault: { address: 'https://vault.example.com', login: { method: 'jwt', role: 'shop' } },
  },
  serviceAccountName: 'broker',
};

export function asJson(body: object): RequestInit {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

async function readFolder(path: string): Promise<string> {
  const names = await readdir(path);
  const files = names.toSorted().map(async (name) => await readFile(join(path, name), 'utf8'));
  return (await Promise.all(files)).join('');
}

function parseRecords(text: string): readonly AuditRecord[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const parsed = parseAuditLine(line, plainDigest);
      if (parsed?.isWhole !== true) throw new Error('a record of the audit log is not whole');
      return parsed.record;
    });
}
