import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';

/** The outcome of a spec with faults: all of them at once. */
export function refuseSpec(
  errors: readonly MayflyError[],
): Extract<Outcome, { readonly kind: 'refused' }> {
  const message = errors.map((error) => error.message).join('; ');
  return { kind: 'refused', code: errors[0]?.code ?? 'MAYFLY_OBJECT_FIELD_INVALID', message };
}
