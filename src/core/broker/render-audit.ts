import type { AuditEvent } from '../ports/broker/audit-log.ts';
import type { Instant } from '../ports/time.ts';
import { formatReference } from '../reference/reference.ts';
import type { Asked, Caller } from './asked.ts';
import type { DeniedAccess, GrantedAccess } from './decide-access.ts';

type Fields = AuditEvent['fields'];

const mostAttributes = 64;

/**
 * Who asked: the address, issuer, subject, what the claims told as `name=value`, the run, the pod, and what the API
 * server calls the token in its own audit log. Nothing of the token but its `jti` or digest. Of whom nothing is known,
 * the address alone.
 */
export function renderWho(caller: Caller | null, { address }: Pick<Asked, 'address'>): Fields {
  if (caller === null) return { address };
  const { kind, issuer, subject, unit, runUrl, pod } = caller.identity;
  const attributes = [...caller.identity.attributes]
    .slice(0, mostAttributes)
    .flatMap(([name, value]) => (typeof value === 'string' ? [`${name}=${value}`] : []));
  const exposures = [...caller.identity.exposures];
  return {
    address,
    kind,
    issuer,
    subject,
    token: caller.replayKey,
    attributes,
    ...(caller.ticket !== null && { ticket: caller.ticket.id }),
    ...(exposures.length > 0 && { exposures }),
    ...(unit !== null && { unit }),
    ...(runUrl !== null && { runUrl }),
    ...(pod !== null && renderPod(pod)),
  };
}

function renderPod(pod: NonNullable<Caller['identity']['pod']>): Fields {
  const { namespace, serviceAccount, serviceAccountUid, credentialId } = pod;
  return {
    namespace,
    serviceAccount,
    serviceAccountUid,
    ...(pod.pod !== null && { pod: pod.pod.name, podUid: pod.pod.uid }),
    ...(pod.node !== null && { node: pod.node.name }),
    ...(credentialId !== null && { credentialId }),
  };
}

/** What was asked for, and which part of which policy grants it. */
export function renderGrant(access: GrantedAccess | null, asked: Asked): Fields {
  if (access === null) return renderAsked(asked);
  const { policy, grant } = access;
  const clause = `subjects[${grant.subject}]`;
  const keys = grant.keys.flatMap((some) => [...(some ?? [])]);
  return {
    ...renderAsked(asked),
    policy: policy.name,
    generation: policy.generation,
    clause,
    ...(keys.length > 0 && { keys }),
  };
}

/** What was asked for, and which part of which policy is against it. */
export function renderDenial({ policy, clause, would }: DeniedAccess, asked: Asked): Fields {
  return {
    ...renderAsked(asked),
    ...(policy !== null && { policy: policy.name, generation: policy.generation }),
    clause,
    ...(would !== null && { wouldGrant: true, wouldSeconds: Math.floor(would.ttlMs / 1000) }),
  };
}

/** What was asked for. */
export function renderAsked({ policy, wanted }: Asked): Fields {
  const references = wanted.map(({ reference }) => formatReference(reference));
  return { ...(policy !== null && { policy }), references };
}

/** RFC 3339. */
export function renderInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}
