import { catalogue } from '#core/errors/catalogue.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { kinds, type CatalogueEntry } from '#core/errors/kinds.ts';
import type { Outcome, Verdict } from '#core/ports/outcome.ts';

/** One run of a reconcile: it ended in an outcome, or it failed. */
export type Attempt =
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly error: MayflyError };

/** Names any failure: an abort by its reason, a foreign error as a bug of ours. */
export function nameFailure(
  error: unknown,
  signal: AbortSignal | null,
  where: string,
): MayflyError {
  if (isMayflyError(error)) return error;
  if (signal?.aborted === true && isMayflyError(signal.reason)) return signal.reason;
  return createError('MAYFLY_INTERNAL_BUG', { where }, { cause: error });
}

/** The verdict on an object that nothing is known of yet. */
export const firstVerdict: Verdict = {
  ready: 'Unknown',
  reconciling: true,
  stalled: false,
  reason: 'Progressing',
  message: 'not looked at yet',
};

/** What the attempt says about the object's conditions; null when it says nothing yet. */
export function decideVerdict(attempt: Attempt): Verdict | null {
  if (attempt.kind === 'failed') return describeFault(attempt.error.code, attempt.error.message);
  const { outcome } = attempt;
  switch (outcome.kind) {
    case 'waiting':
    case 'gone':
      return null;
    case 'refused':
      return describeFault(outcome.code, outcome.message);
    case 'done':
    case 'again': {
      const { reason, message, ready = 'True' } = outcome.note;
      return { ready, reconciling: ready === 'Unknown', stalled: false, reason, message };
    }
  }
}

/** What is not known to be wrong for good is tried again. */
function describeFault(code: MayflyError['code'], message: string): Verdict {
  const entry: CatalogueEntry = catalogue[code];
  const { ready, stalled } = kinds[entry.kind];
  const text = entry.hint === undefined ? message : `${message}; ${entry.hint}`;
  const reconciling = ready === 'Unknown';
  return { ready, stalled, reconciling, reason: renderReason(code), message: text };
}

/** `MAYFLY_SOPS_MAC_MISMATCH` as `SopsMacMismatch`. */
export function renderReason(code: string): string {
  const words = code.split('_').slice(1);
  return words.map((word) => word.charAt(0) + word.slice(1).toLowerCase()).join('');
}
