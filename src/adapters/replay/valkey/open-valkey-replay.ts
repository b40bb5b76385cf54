import { hash } from 'node:crypto';
import { createClient } from '@redis/client';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { retryMs } from '#core/identity/token/replay-key.ts';
import type { ReplayStore, TokenUse, UseVerdict } from '#core/ports/broker/replay-store.ts';
import type { Clock, Instant, Random } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { orAborted, withDeadline } from '#platform/time/with-deadline.ts';
import { beginScript, releaseScript, takeScript } from './scripts.ts';

export interface ValkeyReplayDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export interface ValkeyReplayOptions {
  readonly host: string;
  readonly port: number;
  /** Null speaks without TLS, for a server on the same machine. `ca`: PEM to trust, null for those of the system. */
  readonly tls: { readonly ca: string | null } | null;
  readonly username: string | null;
  /** Wiped by the caller. The client keeps it as a string for new connections. */
  readonly password: SecretBytes | null;
  /** Of one call. Default 1 s. */
  readonly timeoutMs?: number;
}

type Client = ReturnType<typeof createPlainClient>;

const defaultTimeoutMs = 1_000;
const longestPauseMs = 2_000;
/** A connection that says nothing for so long is given up; a ping keeps it talking. */
const silenceMs = 15_000;
/** Whoever comes first after the server began writes down when. */
const beginning = 'mayfly:replay:beginning';

/**
 * Remembers uses for many brokers in one Valkey, or Redis 7 and newer. While it is not reachable nothing can be taken:
 * every call throws `MAYFLY_REPLAY_UNAVAILABLE`, and connecting is tried again with pauses of at most 2 s.
 */
export function openValkeyReplay(
  { clock, random }: ValkeyReplayDeps,
  options: ValkeyReplayOptions,
): ReplayStore {
  const { timeoutMs: ms = defaultTimeoutMs } = options;
  const client = createPlainClient(options, random);
  let prepared: Promise<void> | null = null;
  // Each failure is told to the call that meets it.
  client.on('error', () => undefined);
  client.on('ready', () => {
    prepared = prepare(client, clock.now());
    prepared.catch(() => undefined);
  });
  const connected = client.connect().catch(() => undefined);

  async function run({ script, keys, words }: Call): Promise<unknown> {
    await connected;
    prepared ??= prepare(client, clock.now());
    await prepared;
    return await client.eval(script, { keys: [...keys], arguments: words.map(String) });
  }

  async function ask(call: Call, signal: AbortSignal): Promise<unknown> {
    return await withDeadline({ clock, ms, signal, reason: timedOut }, async (own) => {
      try {
        return await orAborted(run(call), own);
      } catch (cause) {
        own.throwIfAborted();
        prepared = null;
        throw isMayflyError(cause) ? cause : unavailable(readErrno(cause), cause);
      }
    });
  }

  return {
    async take(use, signal) {
      const { request, limit, until, issuedAt } = use;
      const words = [clock.now(), request, retryMs, limit, until, issuedAt];
      return readVerdict(
        await ask({ script: takeScript, keys: [beginning, keyOf(use)], words }, signal),
      );
    },
    async release(use, signal) {
      await ask({ script: releaseScript, keys: [keyOf(use)], words: [use.request] }, signal);
    },
    async close() {
      client.destroy();
      await Promise.resolve();
    },
  };
}

interface Call {
  readonly script: string;
  readonly keys: readonly string[];
  readonly words: readonly (string | number)[];
}

function createPlainClient(
  { host, port, tls, username, password }: ValkeyReplayOptions,
  random: Random,
) {
  const account = {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: Buffer.from(password.expose()).toString() }),
  };
  const socket = {
    host,
    port,
    connectTimeout: defaultTimeoutMs,
    socketTimeout: silenceMs,
    reconnectStrategy: (retries: number) =>
      Math.min(longestPauseMs, 50 * 2 ** Math.min(retries, 6)) * (0.5 + random.fraction() / 2),
  };
  const secured =
    tls === null
      ? socket
      : { ...socket, tls: true as const, ...(tls.ca === null ? {} : { ca: tls.ca }) };
  return createClient({
    ...account,
    socket: secured,
    disableOfflineQueue: true,
    pingInterval: silenceMs / 3,
  });
}

/** What a new connection begins with: the server may have begun anew, and be another one. */
async function prepare(client: Client, now: Instant): Promise<void> {
  await checkEviction(client);
  await client.eval(beginScript, { keys: [beginning], arguments: [String(now)] });
}

/** A server that drops keys when its memory is full would forget uses: it has to refuse writes instead. */
async function checkEviction(client: Client): Promise<void> {
  const memory = await client.info('memory');
  const policy = /^maxmemory_policy:(\S+)$/mu.exec(memory)?.[1] ?? 'noeviction';
  const limit = /^maxmemory:(\d+)$/mu.exec(memory)?.[1] ?? '0';
  if (limit === '0' || policy === 'noeviction') return;
  throw unavailable(`maxmemory-policy ${policy} forgets keys, it has to be noeviction`);
}

function keyOf({ key }: TokenUse): string {
  return `mayfly:replay:use:${hash('sha256', key, 'base64url')}`;
}

const verdicts: readonly UseVerdict[] = ['first', 'again', 'spent', 'unknown'];

function readVerdict(answer: unknown): UseVerdict {
  const verdict = verdicts.find((word) => word === answer);
  if (verdict === undefined) throw unavailable('its answer is not understood');
  return verdict;
}

function timedOut(): MayflyError {
  return unavailable('no answer in time');
}

function unavailable(reason: string, cause?: unknown): MayflyError {
  return createError('MAYFLY_REPLAY_UNAVAILABLE', { reason }, { cause });
}
