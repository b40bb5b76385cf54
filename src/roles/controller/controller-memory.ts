import type { FurtherCondition } from '#core/api/status/conditions.ts';
import type { SecretUse } from '#core/ports/kube/secret-usage.ts';
import type { Instant } from '#core/ports/time.ts';
import type { UseState } from '#core/usage/decide-use.ts';
import type { SourceMemory } from '../sources/source-parts.ts';

/**
 * What the reconcilers tell each other. It is lost at the end of the program on purpose: after a start every source is
 * asked before anything is decided.
 */
export interface ControllerMemory extends SourceMemory {
  /** When the leases of an EphemeralSecret, by its uid, were last decided on with an answer of the source. */
  readonly decidedAt: Map<string, Instant>;
  /** When the last pass over an EphemeralSecret, by `namespace/name`, began that came to an end. */
  readonly triedAt: Map<string, Instant>;
  /** What is known about the use of the Secrets of an EphemeralSecret `WhileInUse`, by its uid. */
  readonly usage: Map<string, UsageMemory>;
  readonly rollouts: RolloutMemory;
  /** Namespaces that are being deleted: until when nothing is tried in them. */
  readonly endings: Map<string, Instant>;
  /** What the last look at a store told; see `keyOfStore`. */
  readonly stores: Map<string, readonly FurtherCondition[]>;
}

/** How the Secrets of one EphemeralSecret are used. */
export interface UsageMemory {
  /** By name; those that are not used are absent. */
  readonly states: Map<string, UseState>;
  /** The names of what its files make, by their path. */
  readonly made: Map<string, { readonly origin: string; readonly names: readonly string[] }>;
  /** What the pods of its namespace reference, as last asked. */
  readonly references: ReadonlyMap<string, SecretUse>;
}

/** A restart of workloads that is not through. */
export interface PendingRollout {
  /** Digest of the content that it is for. */
  readonly content: string;
  readonly dueAt: Instant;
  /** The entries of `restart` that were restarted for it. */
  readonly done: Set<string>;
}

export interface RolloutMemory {
  /** By the uid of the EphemeralSecret. */
  readonly pending: Map<string, PendingRollout>;
  /** When workloads were restarted lately, in order. */
  begun: Instant[];
}

export function createUsageMemory(): UsageMemory {
  return { states: new Map(), made: new Map(), references: new Map() };
}

export function createControllerMemory(): ControllerMemory {
  return {
    sources: new Map(),
    decidedAt: new Map(),
    triedAt: new Map(),
    usage: new Map(),
    rollouts: { pending: new Map(), begun: [] },
    endings: new Map(),
    policies: null,
    stores: new Map(),
  };
}
