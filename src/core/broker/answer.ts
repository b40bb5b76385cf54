import { codeOf, isMayflyError } from '../errors/mayfly-error.ts';
import { admit, type Admitted, type Refused } from './admit.ts';
import type { Asked } from './asked.ts';
import type { BrokerParts } from './broker-parts.ts';
import { renderGrant, renderWho } from './render-audit.ts';
import { releaseUse } from './take-use.ts';

interface GrantNote {
  readonly admitted: Admitted;
  readonly more: Readonly<Record<string, string>>;
}

/** On disk before anything leaves. Throws `MAYFLY_AUDIT_UNAVAILABLE`. */
export async function noteGrant(
  { audit }: BrokerParts,
  asked: Asked,
  { admitted: { caller, access }, more }: GrantNote,
): Promise<void> {
  const { id, event } = asked;
  const fields = { ...renderWho(caller, asked), ...renderGrant(access, asked), ...more };
  await audit.append({ id, event, fields });
}

interface Asking {
  readonly asked: Asked;
  readonly signal: AbortSignal;
}

/**
 * Works for who is admitted. When nothing can leave, the use of the token is given back and the failure recorded; it is
 * thrown.
 */
export async function answer<T>(
  parts: BrokerParts,
  { asked, signal }: Asking,
  work: (admitted: Admitted) => Promise<T>,
): Promise<T | Refused> {
  let admitted: Admitted | null = null;
  try {
    const admission = await admit(parts, asked, signal);
    if (admission.kind === 'refused') return admission;
    admitted = admission;
    return await work(admission);
  } catch (error) {
    await releaseUse(parts, admitted?.counted ?? null);
    await noteFailure(parts, asked, { admitted, error });
    throw error;
  }
}

/** Of these there would be as many records as somebody likes to send requests, or none can be written. */
const unnoted: ReadonlySet<string> = new Set([
  'MAYFLY_BROKER_THROTTLED',
  'MAYFLY_BROKER_STALE',
  'MAYFLY_AUDIT_UNAVAILABLE',
]);

interface FailureNote {
  readonly admitted: Admitted | null;
  readonly error: unknown;
}

async function noteFailure(
  { audit }: BrokerParts,
  asked: Asked,
  { admitted, error }: FailureNote,
): Promise<void> {
  const code = codeOf(error);
  if (unnoted.has(code)) return;
  const fields = {
    ...renderWho(admitted?.caller ?? null, asked),
    ...renderGrant(admitted?.access ?? null, asked),
    code,
    reason: isMayflyError(error) ? error.message : 'a broken invariant',
  };
  await audit.append({ id: asked.id, event: 'failure', fields });
}
