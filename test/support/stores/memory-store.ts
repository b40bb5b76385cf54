import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type {
  SecretStore,
  StoredSecret,
  StorePath,
  StoreSession,
} from '#core/ports/secret-store.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretEntry, type SecretMap } from '#core/secret/secret-tree.ts';
import { checkStorePath } from '#core/store/check-store-path.ts';
import { createPortSteps, type PortSteps } from '#test/support/memory/port-steps.ts';

type Texts = Readonly<Record<string, string>>;

/** A {@link SecretStore} in memory, with the hands of those who fill it. */
export interface MemoryStore extends SecretStore {
  /** Paths that were read, in order. */
  readonly reads: readonly string[];
  readonly logins: number;
  /** Leases and logins that were neither given back nor have ended. */
  readonly openLeases: readonly string[];
  readonly openLogins: number;
  /** Puts the fields at a path, as its next version. */
  put(path: string, fields: Texts): void;
  /** Every read of the path makes new fields, which last for a while. */
  putLeased(path: string, make: (count: number) => Texts, durationMs: number): void;
  remove(path: string): void;
  forbid(path: string): void;
  /** The only tokens that are let in; without a call every one is. */
  acceptOnly(token: string): void;
  /** Everything fails like this; null heals. */
  breakWith(error: MayflyError | null): void;
  /** Ends every login and every lease, as an operator at the store does. */
  endAll(): void;
}

export interface MemoryStoreOptions {
  readonly clock: Clock;
  readonly name?: string;
  /** How long a login lasts unless renewed. Default an hour. */
  readonly loginMs?: number;
  readonly steps?: PortSteps;
}

interface Leased {
  readonly make: (count: number) => Texts;
  readonly durationMs: number;
}

interface World {
  readonly options: Required<MemoryStoreOptions>;
  readonly versions: Map<string, readonly Texts[]>;
  readonly leased: Map<string, Leased>;
  readonly forbidden: Set<string>;
  readonly reads: string[];
  /** When each ends. */
  readonly logins: Map<string, Instant>;
  readonly leases: Map<string, { readonly login: string; readonly path: string; endsAt: Instant }>;
  accepted: string | null;
  fault: MayflyError | null;
  counted: number;
}

export function createMemoryStore(given: MemoryStoreOptions): MemoryStore {
  const world = createWorld(given);
  return {
    probe: async (signal) => enter(world, 'probe', signal),
    login: async (token, signal) => await logIn(world, token, signal),
    get reads() {
      return world.reads;
    },
    get logins() {
      return world.counted;
    },
    get openLeases() {
      return [...world.leases.keys()].filter((id) => isOpenLease(world, id));
    },
    get openLogins() {
      return [...world.logins.keys()].filter((id) => isOpen(world, id)).length;
    },
    put: (path, fields) => {
      world.versions.set(path, [...(world.versions.get(path) ?? []), fields]);
    },
    putLeased: (path, make, durationMs) => void world.leased.set(path, { make, durationMs }),
    remove: (path) => void (world.versions.delete(path), world.leased.delete(path)),
    forbid: (path) => void world.forbidden.add(path),
    acceptOnly: (token) => void (world.accepted = token),
    breakWith: (error) => void (world.fault = error),
    endAll: () => world.logins.clear(),
  };
}

function createWorld(given: MemoryStoreOptions): World {
  return {
    options: { name: 'memory', loginMs: 3_600_000, steps: createPortSteps(), ...given },
    versions: new Map(),
    leased: new Map(),
    forbidden: new Set(),
    reads: [],
    logins: new Map(),
    leases: new Map(),
    accepted: null,
    fault: null,
    counted: 0,
  };
}

/** What comes before every answer. */
function enter({ options, fault }: World, step: string, signal: AbortSignal): void {
  signal.throwIfAborted();
  options.steps.step(`store.${step}`);
  if (fault !== null) throw fault;
}

function isOpen({ logins, options }: World, login: string): boolean {
  return (logins.get(login) ?? 0) > options.clock.now();
}

function isOpenLease(world: World, id: string): boolean {
  const lease = world.leases.get(id);
  return (
    lease !== undefined && isOpen(world, lease.login) && lease.endsAt > world.options.clock.now()
  );
}

async function logIn(world: World, token: SecretBytes, signal: AbortSignal): Promise<StoreSession> {
  enter(world, 'login', signal);
  const { name: store, loginMs, clock } = world.options;
  const text = Buffer.from(token.expose()).toString('utf8');
  if (world.accepted !== null && text !== world.accepted) {
    throw createError('MAYFLY_STORE_LOGIN_DENIED', { store, role: 'app' });
  }
  world.counted += 1;
  const id = `login-${world.counted}`;
  const expiresAt = clock.now() + loginMs;
  world.logins.set(id, expiresAt);
  return createSession(world, id, expiresAt);
}

function createSession(world: World, login: string, expiresAt: Instant): StoreSession {
  const { name: store, loginMs, clock } = world.options;
  let isGivenBack = false;
  const begin = (step: string, signal: AbortSignal): void => {
    enter(world, step, signal);
    if (isGivenBack) throw createError('MAYFLY_STORE_LOGIN_ENDED', { store });
  };
  return {
    expiresAt,
    renewable: true,
    accessor: `accessor-of-${login}`,
    read: async (path, signal) => {
      begin('read', signal);
      return read(world, login, path);
    },
    renew: async (signal) => {
      begin('renew', signal);
      if (!isOpen(world, login)) throw createError('MAYFLY_STORE_LOGIN_ENDED', { store });
      world.logins.set(login, clock.now() + loginMs);
      return { durationMs: loginMs, renewable: true };
    },
    renewLease: async (id, signal) => {
      begin('renewLease', signal);
      const lease = world.leases.get(id);
      if (lease === undefined || !isOpenLease(world, id)) {
        const path = id.slice(0, Math.max(0, id.lastIndexOf('/')));
        throw createError('MAYFLY_STORE_LEASE_ENDED', { store, path });
      }
      const { durationMs } = world.leased.get(lease.path) ?? { durationMs: 0 };
      lease.endsAt = clock.now() + durationMs;
      return { durationMs, renewable: true };
    },
    revoke: async (signal) => {
      begin('revoke', signal);
      isGivenBack = true;
      world.logins.delete(login);
    },
  };
}

function read(world: World, login: string, { path, version }: StorePath): StoredSecret {
  const { name: store } = world.options;
  checkStorePath(store, path);
  world.reads.push(path);
  if (world.forbidden.has(path) || !isOpen(world, login)) {
    throw createError('MAYFLY_STORE_DENIED', { store, path });
  }
  const leased = world.leased.get(path);
  if (leased !== undefined) return readLeased(world, { login, path, leased });
  const versions = world.versions.get(path) ?? [];
  const number = version === null ? versions.length : Number(version);
  const fields = versions[number - 1];
  if (fields === undefined) throw createError('MAYFLY_STORE_NOT_FOUND', { store, path });
  return createSecret(fields, { version: String(number), lease: null });
}

interface LeasedRead {
  readonly login: string;
  readonly path: string;
  readonly leased: Leased;
}

function readLeased(world: World, { login, path, leased }: LeasedRead): StoredSecret {
  const count = world.leases.size + 1;
  const id = `${path}/lease-${count}`;
  const { make, durationMs } = leased;
  world.leases.set(id, { login, path, endsAt: world.options.clock.now() + durationMs });
  return createSecret(make(count), { version: null, lease: { id, durationMs, renewable: true } });
}

function createSecret(texts: Texts, rest: Pick<StoredSecret, 'version' | 'lease'>): StoredSecret {
  const entries = Object.entries(texts).map(([key, text]): SecretEntry => ({
    kind: 'entry',
    key,
    value: { kind: 'value', type: 'str', bytes: SecretBytes.take(Buffer.from(text)) },
  }));
  const fields: SecretMap = { kind: 'map', entries };
  return { fields, ...rest, wipe: () => wipeTree(fields) };
}
