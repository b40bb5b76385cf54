import { join } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import type { ReplayStore } from '#core/ports/broker/replay-store.ts';
import type { Clock, Instant, Random } from '#core/ports/time.ts';
import { copyLine } from '#core/secret/copy-line.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import { readBootId } from '#platform/lifecycle/read-boot-id.ts';
import { wait } from '#platform/time/wait.ts';

export interface ReplayTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly lifecycle: Pick<Lifecycle, 'started' | 'stopping'>;
}

interface ReplaySettings {
  readonly stateDir: string;
  readonly broker: Pick<Configuration['broker'], 'replay'>;
}

/** Opens the memory of uses, in Valkey or on our own. Throws `MAYFLY_REPLAY_UNAVAILABLE`. */
export async function openReplay(
  configuration: ReplaySettings,
  tools: ReplayTools,
): Promise<ReplayStore> {
  const { replay } = configuration.broker;
  const opened =
    replay.kind === 'valkey'
      ? await openShared(replay.valkey, tools)
      : await openOwn(configuration, tools);
  tools.lifecycle.started('uses of tokens', async () => await opened.close());
  return opened;
}

/** Each is loaded by who uses it. */
async function openOwn(
  { stateDir, broker }: ReplaySettings,
  { clock, random, lifecycle }: ReplayTools,
): Promise<ReplayStore> {
  const { openSqliteReplay } = await import('#adapters/replay/sqlite/open-sqlite-replay.ts');
  const path = broker.replay.kind === 'file' ? join(stateDir, 'replay.sqlite') : null;
  const bootId = (await readBootId()) ?? random.uuid();
  const opened = openSqliteReplay({ clock, bootId }, { path });
  await endSecond(opened.knownSince, clock, lifecycle.stopping);
  return opened;
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

const maxPemBytes = 1024 * 1024;
const maxPasswordBytes = 4096;

type ValkeySettings = Configuration['broker']['replay']['valkey'];

async function openShared(
  settings: ValkeySettings,
  { clock, random }: ReplayTools,
): Promise<ReplayStore> {
  const { server, username = null } = settings;
  if (server === undefined) throw createError('MAYFLY_INTERNAL_BUG', { where: 'broker.replay' });
  const { openValkeyReplay } = await import('#adapters/replay/valkey/open-valkey-replay.ts');
  const tls = await readValkeyTls(settings);
  const password = await readPassword(settings);
  try {
    return openValkeyReplay({ clock, random }, { ...server, tls, username, password });
  } finally {
    password?.wipe();
  }
}

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
