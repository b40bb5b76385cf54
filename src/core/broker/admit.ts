import type { AccessRequest } from '../trust/decision.ts';
import type { Asked, Caller } from './asked.ts';
import type { BrokerParts } from './broker-parts.ts';
import {
  decideAccess,
  type Access,
  type DeniedAccess,
  type GrantedAccess,
} from './decide-access.ts';
import { identifyNoted, isRefusal } from './identify-noted.ts';
import { isAlive, letGo } from './identify.ts';
import { renderDenial, renderWho } from './render-audit.ts';
import { releaseUse, takeUse, type CountedUse } from './take-use.ts';

/** What the caller is not told the reason of; it is in the audit log. */
export interface Refused {
  readonly kind: 'refused';
  readonly why: 'unauthenticated' | 'denied';
}

export interface Admitted {
  readonly kind: 'admitted';
  readonly caller: Caller;
  readonly access: GrantedAccess;
  readonly counted: CountedUse;
}

/**
 * The way of every request, in this order: who is it, does it ask too often, does its pod still live, what does the
 * policy say, was the token used before. Whatever it is refused for after its token was accepted, the same steps are
 * done. A refusal is in the audit log before it is answered.
 */
export async function admit(
  parts: BrokerParts,
  asked: Asked,
  signal: AbortSignal,
): Promise<Admitted | Refused> {
  parts.view.checkFresh();
  const caller = await identifyOrNull(parts, asked, signal);
  if (caller === null) return { kind: 'refused', why: 'unauthenticated' };
  const access = decideAccess(parts.view, {
    caller,
    isAlive: await checkCaller(parts, caller, signal),
    policy: asked.policy ?? caller.ticket?.policy ?? '',
    request: requestOf(asked),
  });
  const counted = await takeUse(parts, { asked, caller }, signal);
  const decided = withUse(access, counted);
  if (decided.kind === 'granted') {
    parts.throttle.welcome(caller);
    return { kind: 'admitted', caller, access: decided, counted };
  }
  try {
    await noteDenial(parts, asked, { caller, denied: decided });
  } finally {
    await releaseUse(parts, counted);
  }
  return { kind: 'refused', why: 'denied' };
}

/** Whether its pod still lives. Throws `MAYFLY_BROKER_THROTTLED`. */
async function checkCaller(
  parts: BrokerParts,
  caller: Caller,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    parts.throttle.check(caller);
    return await isAlive(parts, caller, signal);
  } finally {
    letGo(caller);
  }
}

/** Who reads as a client of Vault cannot name keys: it gets those of a path that are granted. */
function requestOf({ event, wanted, ttlMs }: Asked): AccessRequest {
  const references = wanted.map(({ reference }) => reference);
  return { references, ttlMs, isPartial: event === 'read' };
}

/** `token.spent`: no use was left. `token.unknown`: it may have been used before the memory of uses began. */
function withUse(access: Access, counted: CountedUse): Access {
  const verdict = counted?.verdict ?? 'first';
  if (access.kind === 'denied' || verdict === 'first' || verdict === 'again') return access;
  return { kind: 'denied', clause: `token.${verdict}`, policy: access.policy, would: null };
}

/** Null for a token that is refused. */
async function identifyOrNull(
  parts: BrokerParts,
  asked: Asked,
  signal: AbortSignal,
): Promise<Caller | null> {
  try {
    return await identifyNoted(parts, asked, signal);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

interface DenialNote {
  readonly caller: Caller;
  readonly denied: DeniedAccess;
}

async function noteDenial(
  { audit }: BrokerParts,
  asked: Asked,
  { caller, denied }: DenialNote,
): Promise<void> {
  const fields = { ...renderWho(caller, asked), ...renderDenial(denied, asked) };
  await audit.append({ id: asked.id, event: 'denial', fields });
}
