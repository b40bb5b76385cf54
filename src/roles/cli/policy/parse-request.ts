import { createError } from '#core/errors/mayfly-error.ts';
import { parseReference } from '#core/reference/reference.ts';
import type { AccessRequest } from '#core/trust/decision.ts';

/**
 * References as a person writes them; `isPartial` as in {@link AccessRequest}. Throws `MAYFLY_CLI_USAGE`.
 */
export function parseRequest(texts: readonly string[], isPartial = false): AccessRequest {
  const references = texts.map((text, index) => {
    const parsed = parseReference(text);
    if (parsed.kind === 'valid') return parsed.reference;
    throw createError('MAYFLY_CLI_USAGE', { reason: `reference ${index + 1} ${parsed.problem}` });
  });
  return { references, ttlMs: null, isPartial };
}
