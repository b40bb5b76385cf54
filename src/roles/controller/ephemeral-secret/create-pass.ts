import type { FailureRow, SecretRow } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { catalogue } from '#core/errors/catalogue.ts';
import { decideSync, type SyncPlan } from '#core/sync/decide-sync.ts';
import { createNameClaims } from '#core/sync/name-claims.ts';
import { isSealedRow } from '#core/sync/row-seal.ts';
import { groupUnits, type SyncUnit } from '#core/sync/sync-units.ts';
import type { ControllerParts } from '../controller-parts.ts';
import type { ReadySecret } from './gather-secret.ts';
import { issueOnce, mayOpen, type IssuedLease } from './issue-once.ts';
import { createPassRecord, type PassRecord } from './pass-record.ts';
import type { Pass } from './pass.ts';
import { digestKeys, type DecryptionKeys } from '../../sources/decryption-keys.ts';
import type { Listing } from './read-listing.ts';

/** What was read for one pass. */
export interface Gathered {
  readonly input: ReadySecret;
  readonly keys: DecryptionKeys;
  readonly listing: Listing | null;
  readonly issued: IssuedLease | null;
}

/** Decides on a pass and begins its record: what is live stands, what failed before and did not change has failed. */
export function createPass(parts: ControllerParts, gathered: Gathered, signal: AbortSignal): Pass {
  const { input, listing } = gathered;
  const live = new Map(input.live.map((secret) => [secret.name, secret]));
  const liveByPath = Map.groupBy(input.live, ({ lease }) => lease.path);
  const vanished = findVanished(parts, input, live);
  const units = groupListing(parts, gathered);
  const plan = decidePlan(gathered, { units, vanished });
  const record = createPassRecord({
    secrets: input.live,
    failures: [...plan.standing, ...readUnreadable(listing)],
    status: input.status,
    commit: listing?.commit ?? '',
  });
  const claims = createNameClaims(seedClaims(input, { plan, units }));
  const issue = createIssue(parts, gathered, record);
  const found = { live, liveByPath, vanished };
  return {
    ...gathered,
    ...found,
    parts,
    plan,
    claims,
    record,
    issue,
    signal,
    writer: chooseWriter(input),
  };
}

/**
 * The lease is renewed as whoever writes: who has lost the right to does not prolong it either. The groups are left to
 * the API server, which adds those of the account's own tokens, so nobody needs the right to act as a group.
 */
function chooseWriter({ spec, ref }: ReadySecret): Pass['writer'] {
  const { serviceAccountName: name } = spec;
  if (name === null) return {};
  return { writer: { user: `system:serviceaccount:${ref.namespace}:${name}`, groups: [] } };
}

function findVanished(
  { digest }: ControllerParts,
  { status, now, owner }: ReadySecret,
  live: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, SecretRow> {
  const rows = (status.secrets ?? [])
    .filter(({ name, expiresAt }) => !live.has(name) && Date.parse(expiresAt) > now)
    .filter((row) => isSealedRow(digest, owner, row));
  return new Map(rows.map((row) => [row.name, row]));
}

function groupListing(
  { digest }: ControllerParts,
  { input: { spec, usage }, listing, keys }: Gathered,
): readonly SyncUnit[] | null {
  if (listing === null) return null;
  const units = groupUnits(
    listing.files,
    { ...spec, keys: digestKeys(digest, spec, keys) },
    digest,
  );
  usage?.keepUnits(units);
  return units;
}

interface Found {
  readonly units: readonly SyncUnit[] | null;
  readonly vanished: ReadonlyMap<string, SecretRow>;
}

function decidePlan({ input, listing, issued }: Gathered, { units, vanished }: Found): SyncPlan {
  return decideSync({
    units,
    unreadable: new Set(listing?.unreadable.keys()),
    live: input.live,
    vanished: new Set([...vanished.values()].map(({ path }) => path)),
    opens: mayOpen(input, issued),
    usage: input.usage,
    failures: input.status.failures ?? [],
    event: input.standing.event,
    terms: input.terms,
    repairs: !input.spec.suspend,
    forced: input.force !== null,
    now: input.now,
  });
}

function readUnreadable(listing: Listing | null): readonly FailureRow[] {
  if (listing === null) return [];
  const { commit, unreadable } = listing;
  return [...unreadable].map(([path, code]) => {
    const { message } = catalogue[code];
    return { path, code, message, commit, origin: code };
  });
}

/** Whoever is not worked on keeps the names of its Secrets, unless its file is gone. */
function seedClaims(
  { live }: ReadySecret,
  { plan, units }: { readonly plan: SyncPlan; readonly units: Found['units'] },
): readonly (readonly [string, string])[] {
  const settled = new Set((units ?? []).map(({ path }) => path));
  for (const { path } of plan.work) settled.delete(path);
  return live
    .filter(({ lease }) => settled.has(lease.path))
    .map(({ name, lease }) => [name, lease.path]);
}

function createIssue(
  parts: ControllerParts,
  { input, issued, listing }: Gathered,
  record: PassRecord,
): Pass['issue'] {
  let issuing: Promise<IssuedLease> | null = null;

  async function issueNow(): Promise<IssuedLease> {
    const { lease, status } = await issueOnce(parts, input, listing?.commit ?? '');
    record.storeStatus(status);
    return lease;
  }

  return async () => {
    if (issued !== null || input.spec.lifetime !== 'Once') return issued;
    issuing ??= issueNow();
    return await issuing;
  };
}
