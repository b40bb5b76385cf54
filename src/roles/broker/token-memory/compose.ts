import { join } from 'node:path';
import { createTicketBook } from '#core/broker/books/ticket-book.ts';
import type { BrokerParts } from '#core/broker/broker-parts.ts';
import { proveCaller, type ShownToken } from '#core/broker/identify.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { TokenVerifier } from '#core/ports/broker/token-verifier.ts';
import type { Clock, Instant, Random } from '#core/ports/time.ts';
import { copyLine } from '#core/secret/copy-line.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import { readBootId } from '#platform/lifecycle/read-boot-id.ts';
import { wait } from '#platform/time/wait.ts';

/** What is remembered of tokens: how often those of issuers were used, and those of the broker's own. */
export type TokenMemory = Pick<BrokerParts, 'replay' | 'tickets'>;

export interface TokenMemoryTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly lifecycle: Pick<Lifecycle, 'started' | 'stopping'>;
}

export interface TokenMemoryParts {
  /** Brokers for another one share nothing with these. */
  readonly audience: string;
  readonly verifier: TokenVerifier;
}

interface TokenMemorySettings {
  readonly stateDir: string;
  readonly broker: {
    readonly replay: Configuration['broker']['replay'];
    readonly limits: Pick<Configuration['broker']['limits'], 'tokens'>;
  };
}

/** Of this process, or of all brokers for this audience that share a Valkey. Each is loaded by who uses it. */
export async function openTokenMemory(
  configuration: TokenMemorySettings,
  parts: TokenMemoryParts,
  tools: TokenMemoryTools,
): Promise<TokenMemory> {
  const isShared = configuration.broker.replay.kind === 'valkey';
  const { replay, tickets } = isShared
    ? await openShared(configuration, parts, tools)
    : await openOwn(configuration, tools);
  tools.lifecycle.started('uses of tokens', async () => await replay.close());
  tools.lifecycle.started('tokens', async () => await tickets.close());
  return { replay, tickets };
}

async function openOwn(
  { stateDir, broker }: TokenMemorySettings,
  { clock, random, lifecycle }: TokenMemoryTools,
): Promise<TokenMemory> {
  const { openSqliteReplay } = await import('#adapters/replay/sqlite/open-sqlite-replay.ts');
  const path = broker.replay.kind === 'file' ? join(stateDir, 'replay.sqlite') : null;
  const bootId = (await readBootId()) ?? random.uuid();
  const replay = openSqliteReplay({ clock, bootId }, { path });
  await endSecond(replay.knownSince, clock, lifecycle.stopping);
  const tickets = createTicketBook({ clock, digest: plainDigest }, broker.limits.tokens);
  return { replay, tickets };
}

const secondMs = 1_000;

/**
 * Waits until the second that the memory began in is over. A token says in whole seconds when it was made, so one of
 * that second may have been used before. It is refused; nobody who comes once the broker answers has such a one.
 */
async function endSecond(knownSince: Instant, clock: Clock, ending: AbortSignal): Promise<void> {
  const restMs = Math.ceil(knownSince / secondMs) * secondMs - clock.now();
  // A clock that was set back since is not waited for.
  if (restMs > 0) await wait(clock, Math.min(restMs, secondMs), ending).catch(() => undefined);
}

async function openShared(
  { broker }: TokenMemorySettings,
  { audience, verifier }: TokenMemoryParts,
  { clock, random }: TokenMemoryTools,
): Promise<TokenMemory> {
  const { server, username = null } = broker.replay.valkey;
  if (server === undefined) throw createError('MAYFLY_INTERNAL_BUG', { where: 'broker.replay' });
  const { openValkey } = await import('#adapters/replay/valkey/open-valkey.ts');
  const tls = await readValkeyTls(broker.replay.valkey);
  const password = await readPassword(broker.replay.valkey);
  const options = { ...server, tls, username, password };
  const deps = {
    clock,
    random,
    prove: async (shown: ShownToken, signal: AbortSignal) =>
      await proveCaller(verifier, shown, signal),
  };
  try {
    return openValkey(deps, options, { audience, most: broker.limits.tokens });
  } finally {
    password?.wipe();
  }
}

const maxPemBytes = 1024 * 1024;
const maxPasswordBytes = 4096;

type ValkeySettings = Configuration['broker']['replay']['valkey'];

async function readValkeyTls({
  tls,
  caFile,
}: ValkeySettings): Promise<{ readonly ca: string | null } | null> {
  if (!tls) return null;
  if (caFile === undefined) return { ca: null };
  return { ca: (await readFileBounded(caFile, maxPemBytes)).toString('utf8') };
}

async function readPassword({ passwordFile }: ValkeySettings): Promise<SecretBytes | null> {
  if (passwordFile === undefined) return null;
  const whole = SecretBytes.take(await readFileBounded(passwordFile, maxPasswordBytes));
  try {
    return copyLine(whole);
  } finally {
    whole.wipe();
  }
}
