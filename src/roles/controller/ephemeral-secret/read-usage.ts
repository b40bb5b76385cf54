import type { EphemeralSecret, Target } from '#core/api/ephemeral-secret.ts';
import type { ObjectRef } from '#core/api/object.ts';
import type { SecretOwner } from '#core/ports/secret-sink.ts';
import type { Instant } from '#core/ports/time.ts';
import type { SyncUsage } from '#core/sync/decide-sync.ts';
import type { SyncUnit } from '#core/sync/sync-units.ts';
import { decideUse, type UseState } from '#core/usage/decide-use.ts';
import { createUsageMemory, type UsageMemory } from '../controller-memory.ts';
import type { ControllerParts } from '../controller-parts.ts';

/** Which Secrets of a lifetime `WhileInUse` are to be there, at the moment of a pass. */
export interface PassUsage extends SyncUsage {
  /** Until when a Secret stays that is used no more; null when it is. */
  lingersUntil(name: string): Instant | null;
  /** Forgets what units made that are not among these. */
  keepUnits(units: readonly SyncUnit[]): void;
  /** Notes what a unit makes. */
  learn(unit: SyncUnit, names: readonly string[]): void;
}

export interface UsageQuestion {
  readonly ref: ObjectRef;
  readonly owner: SecretOwner;
  readonly spec: EphemeralSecret;
  readonly now: Instant;
}

/** `unknown` until the pods of the namespace were listed; null for other lifetimes. Throws why they cannot be. */
export function readUsage(
  { usage, memory }: Pick<ControllerParts, 'usage' | 'memory'>,
  secret: UsageQuestion,
): PassUsage | null | 'unknown' {
  const { spec, ref, owner } = secret;
  if (usage === null || spec.lifetime !== 'WhileInUse') {
    memory.usage.delete(owner.uid);
    return null;
  }
  const references = usage.read(ref.namespace);
  if (references === null) return 'unknown';
  const known = { ...(memory.usage.get(owner.uid) ?? createUsageMemory()), references };
  memory.usage.set(owner.uid, known);
  return renderUsage(known, secret);
}

function renderUsage(known: UsageMemory, { spec, now }: UsageQuestion): PassUsage {
  const { states, made, references } = known;

  function stateOf(name: string): UseState {
    const before = states.get(name) ?? { kind: 'unused' };
    const isReferenced = references.has(name);
    const after = decideUse({ before, isReferenced, lingerMs: spec.lingerMs, now });
    if (after.kind === 'unused') states.delete(name);
    else states.set(name, after);
    return after;
  }

  return {
    isWanted: (name) => stateOf(name).kind !== 'unused',
    namesOf: (unit) => nameUnit(spec.target, made, unit),
    lingersUntil(name): Instant | null {
      const state = stateOf(name);
      return state.kind === 'lingering' ? state.until : null;
    },
    keepUnits(units): void {
      const paths = new Set(units.map(({ path }) => path));
      for (const path of made.keys()) if (!paths.has(path)) made.delete(path);
    },
    learn: ({ path, origin }, names) => void made.set(path, { origin, names }),
  };
}

function nameUnit(
  target: Target,
  made: UsageMemory['made'],
  { path, origin }: SyncUnit,
): readonly string[] | null {
  if (target.kind === 'secret') return [target.name];
  const known = made.get(path);
  return known?.origin === origin ? known.names : null;
}
