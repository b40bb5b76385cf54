import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import type { Identity } from '../../identity/identity.ts';

/** Who holds something in a book. */
export type Holder = Pick<Identity, 'issuer' | 'subject'>;

/** How much of a book each subject holds: nobody fills it for all. */
export interface Shares {
  /** Throws `MAYFLY_BROKER_FULL` when the book is full, or the share of this subject of it. */
  take(holder: Holder): void;
  giveBack(holder: Holder): void;
  clear(): void;
}

/** Of a small book everybody may hold all. */
const leastShare = 100;

/** Of a book of `most`, how many one subject may hold. */
export function shareOf(most: number): number {
  return Math.min(most, Math.max(leastShare, Math.ceil(most / 10)));
}

/** `MAYFLY_BROKER_FULL`. */
export function fullOf(what: string, limit: number): MayflyError {
  return createError('MAYFLY_BROKER_FULL', { what, limit });
}

/** Of a book of `most`; `what` it holds. */
export function createShares(what: string, most: number): Shares {
  const mostOfOne = shareOf(most);
  const held = new Map<string, number>();
  let total = 0;
  return {
    take(holder): void {
      const key = keyOf(holder);
      const own = held.get(key) ?? 0;
      if (total >= most) throw fullOf(what, most);
      if (own >= mostOfOne) throw fullOf(`${what} of a subject`, mostOfOne);
      held.set(key, own + 1);
      total += 1;
    },
    giveBack(holder): void {
      const key = keyOf(holder);
      const left = (held.get(key) ?? 0) - 1;
      if (left > 0) held.set(key, left);
      else held.delete(key);
      total -= 1;
    },
    clear(): void {
      held.clear();
      total = 0;
    },
  };
}

function keyOf({ issuer, subject }: Holder): string {
  return `${issuer} ${subject}`;
}
