import { decideConditions, type FurtherCondition } from '#core/api/status/conditions.ts';
import { keys, type KindName, type ObjectRef, type StoredObject } from '#core/api/object.ts';
import {
  parseEphemeralSecretStatus,
  parseGitSourceStatus,
  parsePlainStatus,
} from '#core/api/status/status.ts';
import type { StatusReport } from '#platform/reconcile/settle-attempt.ts';
import type { UsageMemory } from '../controller-memory.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { keyOfStore } from '../store/key-of-store.ts';
import { readSkew } from '../read-skew.ts';

type KnownStatus = ReturnType<
  typeof parseGitSourceStatus | typeof parseEphemeralSecretStatus | typeof parsePlainStatus
>;

const statusParsers: Readonly<Record<KindName, (object: StoredObject) => KnownStatus>> = {
  GitSource: parseGitSourceStatus,
  EphemeralSecret: parseEphemeralSecretStatus,
  Store: parsePlainStatus,
  AccessPolicy: parsePlainStatus,
  ClusterStore: parsePlainStatus,
  ClusterAccessPolicy: parsePlainStatus,
  TokenIssuer: parsePlainStatus,
  TenantPolicy: parsePlainStatus,
};

const clockSkew: FurtherCondition = {
  type: 'ClockSkew',
  reason: 'ClocksApart',
  message:
    'the clocks of the controller and of the API server differ by more than 60 s: a Secret is deleted only when both say that its lease is over; set the clocks right',
};

/** Of the annotation `reconcile-at`, which may be as long as 256 KiB. */
const longestMark = 256;

/** Writes what the reconcile loop reports: the status fields and the conditions, in one write. */
export async function writeReport(
  parts: Pick<ControllerParts, 'objects' | 'clock' | 'serverTime' | 'memory'>,
  ref: ObjectRef,
  report: StatusReport,
): Promise<void> {
  const { objects, clock } = parts;
  const object = await objects.get(ref);
  if (object === null) return;
  const before = statusParsers[object.kind](object);
  const previous = before.conditions ?? [];
  if (report.onlyIfNew === true && previous.length > 0) return;
  const { generation, annotations } = report.observed ?? object.metadata;
  const further = findFurther(parts, object);
  const now = clock.now();
  const conditions = decideConditions(report.verdict, { previous, generation, now, further });
  const fields = report.status ?? before;
  const status = {
    ...fields,
    observedGeneration: generation,
    conditions,
    ...renderReconciled(annotations, before),
  };
  await objects.writeStatus(ref, status, object.metadata.resourceVersion);
  const known = new Set(previous.map(({ type }) => type));
  await tellNews(
    parts,
    ref,
    further.filter(({ type, status }) => status === undefined && !known.has(type)),
  );
}

function renderReconciled(
  annotations: StoredObject['metadata']['annotations'],
  before: KnownStatus,
): Pick<KnownStatus, 'reconciledAt'> {
  const asked = annotations[keys.reconcileAt]?.slice(0, longestMark);
  const reconciledAt = asked ?? before.reconciledAt;
  return reconciledAt === undefined ? {} : { reconciledAt };
}

/** Skewed clocks concern every object at once: a condition is enough. */
async function tellNews(
  { objects }: Pick<ControllerParts, 'objects'>,
  ref: ObjectRef,
  news: readonly FurtherCondition[],
): Promise<void> {
  for (const { type, reason, message } of news) {
    if (type === clockSkew.type) continue;
    await objects.recordEvent({ about: ref, type: 'Warning', reason, message });
  }
}

/** Of a store what the last look told. Only EphemeralSecrets have leases that the clocks are about. */
function findFurther(
  parts: Pick<ControllerParts, 'clock' | 'serverTime' | 'memory'>,
  { kind, metadata }: StoredObject,
): readonly FurtherCondition[] {
  const looked = parts.memory.stores.get(keyOfStore({ kind, ...metadata }));
  if (looked !== undefined) return looked;
  if (kind !== 'EphemeralSecret') return [];
  const isApart = readSkew(parts).kind === 'apart';
  const usage = parts.memory.usage.get(metadata.uid);
  return [...(isApart ? [clockSkew] : []), ...(usage === undefined ? [] : tellOptional(usage))];
}

const mostNames = 3;

/** Pods do not wait for what they reference as optional. */
function tellOptional({ made, references }: UsageMemory): readonly FurtherCondition[] {
  const names = [...made.values()]
    .flatMap((unit) => unit.names)
    .filter((name) => references.get(name)?.isOptional === true)
    .toSorted();
  if (names.length === 0) return [];
  const listed = names.slice(0, mostNames).join(', ');
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  const message = `a pod references ${listed}${more} as optional and may start without it: take "optional" off the reference`;
  return [{ type: 'OptionalReference', reason: 'PodsMayStartWithout', message }];
}
