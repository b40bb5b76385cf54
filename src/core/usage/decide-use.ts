import type { Instant } from '../ports/time.ts';

/** Whether a Secret of a lifetime `WhileInUse` is to be there. */
export type UseState =
  | { readonly kind: 'used' }
  /** Nobody needs it any more; it stays for whoever comes next. */
  | { readonly kind: 'lingering'; readonly until: Instant }
  | { readonly kind: 'unused' };

export interface UseFacts {
  /** What was decided before; unused when nothing was, as after a start. */
  readonly before: UseState;
  /** Whether a pod references it now. */
  readonly isReferenced: boolean;
  readonly lingerMs: number;
  readonly now: Instant;
}

/** A Secret is there while a pod references it, and for the linger after that. */
export function decideUse({ before, isReferenced, lingerMs, now }: UseFacts): UseState {
  if (isReferenced) return { kind: 'used' };
  const after = before.kind === 'used' ? linger(now + lingerMs) : before;
  return after.kind === 'lingering' && now < after.until ? after : { kind: 'unused' };
}

function linger(until: Instant): UseState {
  return { kind: 'lingering', until };
}
