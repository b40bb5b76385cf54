import { decideConditions, type FurtherCondition } from '#core/api/conditions.ts';
import type { KindName, ObjectRef, StoredObject } from '#core/api/object.ts';
import {
  parseEphemeralSecretStatus,
  parseGitSourceStatus,
  parseTenantPolicyStatus,
} from '#core/api/status.ts';
import type { StatusReport } from '#platform/reconcile/settle-attempt.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { readSkew } from '../read-skew.ts';

type KnownStatus = ReturnType<
  typeof parseGitSourceStatus | typeof parseEphemeralSecretStatus | typeof parseTenantPolicyStatus
>;

const statusParsers: Readonly<Record<KindName, (object: StoredObject) => KnownStatus>> = {
  GitSource: parseGitSourceStatus,
  EphemeralSecret: parseEphemeralSecretStatus,
  TenantPolicy: parseTenantPolicyStatus,
};

const clockSkew: FurtherCondition = {
  type: 'ClockSkew',
  reason: 'ClocksApart',
  message:
    'the clocks of the controller and of the API server differ by more than 60 s: a Secret is deleted only when both say that its lease is over; set the clocks right',
};

/** Writes what the reconcile loop reports: the status fields and the conditions, in one write. */
export async function writeReport(
  parts: Pick<ControllerParts, 'objects' | 'clock' | 'serverTime'>,
  ref: ObjectRef,
  report: StatusReport,
): Promise<void> {
  const { objects, clock } = parts;
  const object = await objects.get(ref);
  if (object === null) return;
  const before = statusParsers[object.kind](object);
  const previous = before.conditions ?? [];
  if (report.onlyIfNew === true && previous.length > 0) return;
  const generation = report.generation ?? object.metadata.generation;
  const conditions = decideConditions(report.verdict, {
    previous,
    generation,
    now: clock.now(),
    further: findFurther(parts, ref),
  });
  const fields = report.status ?? before;
  const status = { ...fields, observedGeneration: generation, conditions };
  await objects.writeStatus(ref, status, object.metadata.resourceVersion);
}

/** Only EphemeralSecrets have leases that the clocks are about. */
function findFurther(
  parts: Pick<ControllerParts, 'clock' | 'serverTime'>,
  { kind }: ObjectRef,
): readonly FurtherCondition[] {
  const concerns = kind === 'EphemeralSecret';
  return concerns && readSkew(parts).kind === 'apart' ? [clockSkew] : [];
}
