import type { EphemeralSecretStatus } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { bridgesOutage, opensLease } from '#core/lease/decide-window.ts';
import { isExpired, openWindow, type LeaseWindow } from '#core/lease/lease-window.ts';
import type { ControllerParts } from '../controller-parts.ts';
import type { ReadySecret } from './gather-secret.ts';

/** The one lease of a lifetime `Once`, and the commit it was given for. */
export interface IssuedLease extends LeaseWindow {
  readonly revision: string;
}

/** What was issued for this generation and is not forced anew; always null for other lifetimes. */
export function readIssued({ spec, status, object, force }: ReadySecret): IssuedLease | null {
  const { issued } = status;
  if (spec.lifetime !== 'Once' || issued === undefined || force !== null) return null;
  if (issued.generation !== object.metadata.generation) return null;
  return {
    revision: issued.revision,
    issuedAt: Date.parse(issued.issuedAt),
    expiresAt: Date.parse(issued.expiresAt),
  };
}

/** Whether a Secret may be written that has no lease yet. */
export function mayOpen(
  { standing: { event }, terms, now }: ReadySecret,
  issued: IssuedLease | null,
): boolean {
  if (issued !== null) return !isExpired(issued, now);
  return opensLease(event) || bridgesOutage(event, terms, now);
}

/**
 * Stores what is about to be issued before anything is: after a kill the very same lease goes on, and one that has
 * ended is never begun again.
 */
export async function issueOnce(
  { objects }: Pick<ControllerParts, 'objects'>,
  { ref, object, status, terms, now, force }: ReadySecret,
  commit: string,
): Promise<{ readonly lease: IssuedLease; readonly status: EphemeralSecretStatus }> {
  const lease = { ...openWindow(now, terms.ttlMs), revision: commit };
  const next: EphemeralSecretStatus = {
    ...status,
    issued: {
      generation: object.metadata.generation,
      revision: commit,
      issuedAt: new Date(lease.issuedAt).toISOString(),
      expiresAt: new Date(lease.expiresAt).toISOString(),
    },
    ...(force === null ? {} : { forcedBy: force }),
  };
  await objects.writeStatus(ref, next, object.metadata.resourceVersion);
  return { lease, status: next };
}
