import type { HeldSecrets } from '#core/agent/render-work.ts';
import type { StoreKeeper } from './store-keeper.ts';

/** What all keepers hold together. The ids of their reads are distinct. */
export function heldOf(keepers: readonly StoreKeeper[]): HeldSecrets {
  return new Map(keepers.flatMap(({ held }) => [...held]));
}
