import { createSerial } from '#platform/state/serial.ts';
import { wait } from '#platform/time/wait.ts';
import type { AgentParts } from '../agent-parts.ts';
import { removeOldVersions } from '#platform/secret-folder/swap-files.ts';
import { openTroubles, type Troubles } from '../files/troubles.ts';
import { heldOf } from './held-of.ts';
import type { StoreKeeper } from './store-keeper.ts';

/** A reader that has found the old version is through with its name by then. */
const oldVersionMs = 1000;
const filesTrouble = 'files';
/** What was done since is given back together. */
const collectMs = 10_000;

/**
 * Keeps alive what is held and brings the files up to date, each store by itself, until it is stopped. What fails is
 * told in the log and in the health, and the files stay as they are.
 */
export async function keepFresh(parts: AgentParts, stopping: AbortSignal): Promise<void> {
  const troubles = openTroubles(parts);
  const serial = createSerial();
  const tidy = createTidying(parts);
  tidy();
  async function publish(): Promise<void> {
    await serial('files', async () => await publishFresh(parts, troubles, stopping));
  }
  await Promise.all(
    parts.keepers.map(async (keeper) => {
      await keepStore(parts, { keeper, troubles, publish, tidy }, stopping);
    }),
  );
}

interface Keeping {
  readonly keeper: StoreKeeper;
  readonly troubles: Troubles;
  publish(): Promise<void>;
  tidy(): void;
}

async function keepStore(
  { clock }: AgentParts,
  keeping: Keeping,
  stopping: AbortSignal,
): Promise<void> {
  const { keeper, troubles } = keeping;
  for (;;) {
    await wait(clock, Math.max(0, keeper.dueAt() - clock.ticks()), stopping);
    const { hasChanged, failure } = await keeper.refresh(stopping);
    troubles.note(keeper.store, failure);
    if (hasChanged || troubles.has(filesTrouble)) await keeping.publish();
    keeping.tidy();
  }
}

async function publishFresh(
  parts: AgentParts,
  troubles: Troubles,
  stopping: AbortSignal,
): Promise<void> {
  const { publisher, keepers, logger, clock, plan } = parts;
  try {
    const published = await publisher.publish(heldOf(keepers));
    troubles.note(filesTrouble, undefined);
    if (published === 'nothing') return;
    logger.info('new values written', { reason: published });
    if (published === 'environment') return;
    signalPrograms(parts);
    await wait(clock, oldVersionMs, stopping);
    removeOldVersions(plan.filesPath);
  } catch (error) {
    stopping.throwIfAborted();
    troubles.note(filesTrouble, error);
  }
}

function signalPrograms(parts: AgentParts): void {
  const { logger } = parts;
  const { onChange } = parts.plan;
  if (onChange.kind === 'none') return;
  try {
    const count = parts.signal(onChange.signal);
    logger.info('programs told of new files', { signal: onChange.signal, count });
  } catch (error) {
    logger.error('programs could not be told of new files', { error });
  }
}

/** Work is followed by one collection, a while later; without work there is none. */
function createTidying(parts: AgentParts): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    parts.clock.after(collectMs, () => {
      isDue = false;
      parts.collect();
    });
  };
}
