import type { FailureRow } from '../api/schema/ephemeral-secret-status-schema.ts';
import {
  decideLease,
  type LeaseDecision,
  type LeaseEvent,
  type LeaseTerms,
} from '../lease/decide-lease.ts';
import { isDue } from '../lease/lease-window.ts';
import type { LiveSecret, SecretLease } from '../ports/secret-sink.ts';
import type { Instant } from '../ports/time.ts';
import { isLastingFailure } from './lasting-failure.ts';
import type { SyncUnit } from './sync-units.ts';

/** A live Secret whose lease names our object. */
export type OwnedSecret = LiveSecret & { readonly lease: SecretLease };

/** Everything one pass over an EphemeralSecret is decided on. */
export interface SyncInput {
  /** What the accepted commit says there should be, by path; null while no listing of it is known. */
  readonly units: readonly SyncUnit[] | null;
  /** Paths of the accepted commit that are never read, such as links. */
  readonly unreadable: ReadonlySet<string>;
  readonly live: readonly OwnedSecret[];
  /** Paths of Secrets that are gone although their lease, by our status, still runs. */
  readonly vanished: ReadonlySet<string>;
  /** Whether a Secret may be written that has no lease yet. */
  readonly opens: boolean;
  /** Which Secrets are to be there; null for all that the units make. */
  readonly usage: SyncUsage | null;
  /** What failed before. */
  readonly failures: readonly FailureRow[];
  readonly event: LeaseEvent;
  readonly terms: LeaseTerms;
  /** Whether drift is repaired and content followed; not while the object is suspended. */
  readonly repairs: boolean;
  /** Whether everything is to be written again. */
  readonly forced: boolean;
  readonly now: Instant;
}

/** Which Secrets are used, of those that units make. */
export interface SyncUsage {
  isWanted(name: string): boolean;
  /** What a unit makes; null while that is not known, for it was not opened yet. */
  namesOf(unit: SyncUnit): readonly string[] | null;
}

export interface SyncPlan {
  /** What has to be decrypted and written, in order of the paths. */
  readonly work: readonly SyncUnit[];
  /** Leases to write without a look at the content. */
  readonly renewals: readonly Renewal[];
  readonly drops: readonly Drop[];
  /** Failures that stand: nothing changed since, so nothing is tried. */
  readonly standing: readonly FailureRow[];
}

export interface Renewal {
  readonly live: OwnedSecret;
  readonly decision: Extract<LeaseDecision, { readonly kind: 'renew' }>;
}

export interface Drop {
  readonly live: OwnedSecret;
  readonly how: 'remove' | 'release';
}

/** What one pass does. Pure: the same input gives the same plan, and a state that is as it should be an empty one. */
export function decideSync(input: SyncInput): SyncPlan {
  const byPath = Map.groupBy(input.live, (secret) => secret.lease.path);
  const units = input.units ?? [];
  const states = new Map(
    units.map((unit) => [unit.path, stateOf(unit, byPath.get(unit.path) ?? [], input)]),
  );
  return {
    work: units.filter((unit) => states.get(unit.path)?.kind === 'work'),
    standing: [...states.values()].flatMap((state) =>
      state.kind === 'failed' ? [state.failure] : [],
    ),
    ...decideLeases(input, (secret) => eventOf(secret, states.get(secret.lease.path), input)),
  };
}

type UnitState =
  | { readonly kind: 'settled'; readonly origin: string }
  | { readonly kind: 'work' }
  | { readonly kind: 'failed'; readonly failure: FailureRow };

function stateOf(unit: SyncUnit, live: readonly OwnedSecret[], input: SyncInput): UnitState {
  if (!input.repairs || isSettled(unit, live, input))
    return { kind: 'settled', origin: unit.origin };
  const failure = input.failures.find(
    ({ path, origin, code }) =>
      path === unit.path && origin === unit.origin && isLastingFailure(code),
  );
  if (failure !== undefined && !input.forced) return { kind: 'failed', failure };
  const mayWrite = input.opens || live.length > 0 || input.vanished.has(unit.path);
  return mayWrite ? { kind: 'work' } : { kind: 'settled', origin: unit.origin };
}

/** All Secrets that the unit is to make are there, made from just this, and as they were written. */
function isSettled(
  unit: SyncUnit,
  live: readonly OwnedSecret[],
  { forced, usage }: SyncInput,
): boolean {
  const current = live.filter(({ lease }) => lease.origin === unit.origin);
  if (forced || !current.every(({ intact }) => intact)) return false;
  if (usage === null) return current.length === current[0]?.lease.siblings;
  const there = new Set(current.map(({ name }) => name));
  const names = usage.namesOf(unit);
  return names !== null && names.every((name) => there.has(name) || !usage.isWanted(name));
}

/** What happened to the origin of one Secret; null while its file is worked on. */
function eventOf(
  { name, lease: { path, origin } }: OwnedSecret,
  state: UnitState | undefined,
  input: SyncInput,
): LeaseEvent | null {
  if (!input.repairs) return { kind: 'suspended' };
  if (input.usage?.isWanted(name) === false) return { kind: 'unused' };
  if (state === undefined) return eventOfAbsent(path, input);
  if (state.kind === 'work') return null;
  if (state.kind === 'failed') return { kind: 'fileFailed' };
  return state.origin === origin ? input.event : { kind: 'pathRemoved' };
}

function eventOfAbsent(path: string, { unreadable, units, event }: SyncInput): LeaseEvent {
  if (unreadable.has(path)) return { kind: 'fileFailed' };
  return units === null ? event : { kind: 'pathRemoved' };
}

/** When one lease of an object is due, all are renewed: so an object has one renewal, and one write of its status. */
function decideLeases(
  { live, terms, now }: SyncInput,
  eventFor: (secret: OwnedSecret) => LeaseEvent | null,
): Pick<SyncPlan, 'renewals' | 'drops'> {
  const renewals: Renewal[] = [];
  const drops: Drop[] = [];
  const due = live.some(
    (secret) => isRenewable(eventFor(secret)) && isDue(secret.lease, terms.ttlMs, now),
  );
  for (const secret of live) {
    const event = eventFor(secret);
    if (event === null) continue;
    const decision = decideLease(event, terms, { lease: secret.lease, now, due });
    if (decision.kind === 'renew') renewals.push({ live: secret, decision });
    if (decision.kind === 'remove' || decision.kind === 'release') {
      drops.push({ live: secret, how: decision.kind });
    }
  }
  return { renewals, drops };
}

function isRenewable(event: LeaseEvent | null): boolean {
  return event !== null && !lastingEvents.has(event.kind);
}

const lastingEvents: ReadonlySet<LeaseEvent['kind']> = new Set([
  'fileFailed',
  'pathRemoved',
  'unused',
]);
