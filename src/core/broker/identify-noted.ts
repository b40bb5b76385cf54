import { isMayflyError, type MayflyError } from '../errors/mayfly-error.ts';
import type { Asked, Caller } from './asked.ts';
import type { BrokerParts } from './broker-parts.ts';
import { identify } from './identify.ts';
import { renderWho } from './render-audit.ts';

/**
 * {@link identify}, and a token that is refused is in the audit log before that is thrown. What was asked for with it is
 * not: whoever has no token would write the log full.
 */
export async function identifyNoted(
  parts: Pick<BrokerParts, 'tickets' | 'verifier' | 'audit'>,
  asked: Pick<Asked, 'id' | 'token' | 'address'>,
  signal: AbortSignal,
): Promise<Caller> {
  try {
    return await identify(parts, asked.token, signal);
  } catch (error) {
    if (isRefusal(error)) {
      const fields = { ...renderWho(null, asked), clause: error.message };
      await parts.audit.append({ id: asked.id, event: 'denial', fields });
    }
    throw error;
  }
}

/** Whether a token was refused, and not merely something failed that it is looked at with. */
export function isRefusal(error: unknown): error is MayflyError {
  return isMayflyError(error) && (error.kind === 'unauthenticated' || error.kind === 'denied');
}
