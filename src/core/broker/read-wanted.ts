import { createError } from '../errors/mayfly-error.ts';
import type { Instant } from '../ports/time.ts';
import type { Reference } from '../reference/reference.ts';
import { pickEntry } from '../secret/pick-text.ts';
import type { SecretMap, SecretNode } from '../secret/secret-tree.ts';
import type { Admitted } from './admit.ts';
import type { Asked, WantedValue } from './asked.ts';
import type { BrokerParts, BrokerRead } from './broker-parts.ts';
import type { StoreEnd } from './books/lease-book.ts';
import { endAtStores } from './leases/end-leases.ts';

/** One value, or the map of every key. */
export interface ReadValue {
  readonly name: string;
  readonly node: SecretNode;
  /** Null where the store knows of no versions. */
  readonly version: string | null;
}

export interface ReadValues {
  /** In the order they were wanted in. */
  readonly values: readonly ReadValue[];
  /** When the first of the stores ends what it gave; null when none does. */
  readonly endsAt: Instant | null;
  readonly ends: readonly StoreEnd[];
  wipe(): void;
}

interface Wanted {
  readonly admitted: Admitted;
  readonly asked: Pick<Asked, 'id' | 'wanted'>;
}

/**
 * Reads each path once, all at the same time. When one fails nothing is kept of the others. Throws what stores throw,
 * and `MAYFLY_BROKER_KEY_MISSING`.
 */
export async function readWanted(
  { stores }: Pick<BrokerParts, 'stores'>,
  { admitted, asked: { id, wanted } }: Wanted,
  signal: AbortSignal,
): Promise<ReadValues> {
  const byPlace = new Map(wanted.map(({ reference }) => [placeOf(reference), reference]));
  const reads = await readAll([...byPlace], async ({ store, path, version }) => {
    const granted = admitted.access.stores.get(store);
    if (granted === undefined) throw createError('MAYFLY_INTERNAL_BUG', { where: 'a grant' });
    return await stores.read({ ...granted, path: { path, version }, id }, signal);
  });
  const found = [...reads.values()];
  const ends = endsOf(found);
  function wipe(): void {
    for (const { secret } of found) secret.wipe();
  }
  try {
    const { keys } = admitted.access.grant;
    const values = wanted.map((each, index) => pick(each, keys[index] ?? null, reads));
    const endsAt = ends.length === 0 ? null : Math.min(...ends.map((end) => end.endsAt));
    return { values, endsAt, ends, wipe };
  } catch (error) {
    wipe();
    await endAtStores(ends);
    throw error;
  }
}

function placeOf({ store, path, version }: Reference): string {
  return JSON.stringify([store, path, version]);
}

async function readAll(
  places: readonly (readonly [string, Reference])[],
  read: (reference: Reference) => Promise<BrokerRead>,
): Promise<ReadonlyMap<string, BrokerRead>> {
  const reads = new Map<string, BrokerRead>();
  const results = await Promise.allSettled(
    places.map(async ([place, reference]) => reads.set(place, await read(reference))),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return reads;
  for (const { secret } of reads.values()) secret.wipe();
  await endAtStores(endsOf([...reads.values()]));
  throw failed.reason;
}

function endsOf(reads: readonly BrokerRead[]): readonly StoreEnd[] {
  return reads.flatMap(({ opened }) => (opened === null ? [] : [opened]));
}

function pick(
  { name, reference }: WantedValue,
  granted: ReadonlySet<string> | null,
  reads: ReadonlyMap<string, BrokerRead>,
): ReadValue {
  const secret = reads.get(placeOf(reference))?.secret;
  if (secret === undefined) throw createError('MAYFLY_INTERNAL_BUG', { where: 'a read' });
  const { store, path, key } = reference;
  const { version, fields } = secret;
  const node = key === null ? keepGranted(fields, granted) : pickEntry(fields, key);
  if (node !== null) return { name, node, version };
  const missing = key ?? 'that is granted';
  throw createError('MAYFLY_BROKER_KEY_MISSING', { store, path, key: missing });
}

/** Null for nothing. What is left out stays with the read, and is wiped with it. */
function keepGranted(fields: SecretMap, granted: ReadonlySet<string> | null): SecretMap | null {
  if (granted === null) return fields;
  const entries = fields.entries.filter((each) => each.kind === 'entry' && granted.has(each.key));
  return entries.length === 0 ? null : { kind: 'map', entries };
}
