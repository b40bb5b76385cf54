import { decideConditions } from '#core/api/conditions.ts';
import type { KindName, ObjectRef, StoredObject } from '#core/api/object.ts';
import {
  parseEphemeralSecretStatus,
  parseGitSourceStatus,
  parseTenantPolicyStatus,
} from '#core/api/status.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import type { Clock } from '#core/ports/time.ts';
import type { StatusReport } from '#platform/reconcile/settle-attempt.ts';

type KnownStatus = ReturnType<
  typeof parseGitSourceStatus | typeof parseEphemeralSecretStatus | typeof parseTenantPolicyStatus
>;

const statusParsers: Readonly<Record<KindName, (object: StoredObject) => KnownStatus>> = {
  GitSource: parseGitSourceStatus,
  EphemeralSecret: parseEphemeralSecretStatus,
  TenantPolicy: parseTenantPolicyStatus,
};

/** Writes what the reconcile loop reports: the status fields and the conditions, in one write. */
export async function writeReport(
  { objects, clock }: { readonly objects: ObjectApi; readonly clock: Clock },
  ref: ObjectRef,
  report: StatusReport,
): Promise<void> {
  const object = await objects.get(ref);
  if (object === null) return;
  const before = statusParsers[object.kind](object);
  const previous = before.conditions ?? [];
  if (report.onlyIfNew === true && previous.length > 0) return;
  const generation = report.generation ?? object.metadata.generation;
  const conditions = decideConditions(report.verdict, { previous, generation, now: clock.now() });
  const fields = report.status ?? before;
  const status = { ...fields, observedGeneration: generation, conditions };
  await objects.writeStatus(ref, status, object.metadata.resourceVersion);
}
