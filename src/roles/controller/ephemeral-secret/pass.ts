import type { SecretRow } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import type { DesiredSecret } from '#core/ports/secret-sink.ts';
import type { NameClaims } from '#core/sync/name-claims.ts';
import type { OwnedSecret, SyncPlan } from '#core/sync/decide-sync.ts';
import type { ControllerParts } from '../controller-parts.ts';
import type { ReadySecret } from './gather-secret.ts';
import type { IssuedLease } from './issue-once.ts';
import type { PassRecord } from './pass-record.ts';
import type { DecryptionKeys } from '../../sources/decryption-keys.ts';
import type { Listing } from './read-listing.ts';

/** Everything that the steps of one pass over an EphemeralSecret work on. */
export interface Pass {
  readonly parts: ControllerParts;
  readonly input: ReadySecret;
  readonly listing: Listing | null;
  readonly keys: DecryptionKeys;
  readonly plan: SyncPlan;
  /** What was live when the pass began, by name. */
  readonly live: ReadonlyMap<string, OwnedSecret>;
  /** The same, by the repository path they were made from. */
  readonly liveByPath: ReadonlyMap<string, readonly OwnedSecret[]>;
  /** Secrets that are gone although their lease still runs, by name. */
  readonly vanished: ReadonlyMap<string, SecretRow>;
  readonly claims: NameClaims;
  /** As whom Secrets are written and renewed; nothing for Mayfly itself. */
  readonly writer: Pick<DesiredSecret, 'writer'>;
  readonly record: PassRecord;
  /** The lease of a lifetime `Once`, given now when it was not yet; null for `Continuous`. */
  issue(): Promise<IssuedLease | null>;
  readonly signal: AbortSignal;
}
