import { wait } from '#platform/time/wait.ts';
import type { AgentParts } from '../agent-parts.ts';
import { openTroubles, type Troubles } from '../files/troubles.ts';
import { createPublishing, filesTrouble } from './publish-fresh.ts';
import type { StoreKeeper } from './store-keeper.ts';

/** What was done since is given back together. */
const collectMs = 10_000;

/**
 * Keeps alive what is held and brings the files up to date, each store by itself, until it is stopped. What fails is
 * told in the log and in the health, and the files stay as they are.
 */
export async function keepFresh(parts: AgentParts, stopping: AbortSignal): Promise<void> {
  const troubles = openTroubles(parts);
  const publish = createPublishing(parts, troubles, stopping);
  const tidy = createTidying(parts);
  tidy();
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
