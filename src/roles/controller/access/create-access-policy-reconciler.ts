import type { AccessPolicy } from '#core/trust/access-policy.ts';
import { parseAccessPolicy } from '#core/api/parse-access-policy.ts';
import { parseTokenIssuer, type TokenIssuer } from '#core/api/token-issuer.ts';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import { decideIdentityUse } from '#core/tenancy/decide-identity-use.ts';
import { checkIssuers } from '#core/trust/check-issuers.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { refuseSpec } from '#platform/reconcile/refuse-spec.ts';
import { readTenant } from '../../tenancy/read-policies.ts';

/** Says of an AccessPolicy or a ClusterAccessPolicy whether the broker grants by it. The broker decides by itself. */
export function createAccessPolicyReconciler(parts: ControllerParts): Reconcile {
  return async (ref, context) => {
    const object = await parts.objects.get(ref);
    if (object === null) return { kind: 'gone' };
    context.observe(object.metadata);
    const parsed = parseAccessPolicy(object);
    return parsed.kind === 'invalid'
      ? refuseSpec(parsed.errors)
      : await decideOutcome(parts, parsed.value);
  };
}

async function decideOutcome(parts: ControllerParts, policy: AccessPolicy): Promise<Outcome> {
  const issuers = await readIssuers(parts);
  function findIssuer(name: string): TokenIssuer | null {
    return issuers.get(name) ?? null;
  }
  const errors = checkIssuers(policy, findIssuer);
  if (errors.length > 0) return refuseSpec(errors);
  const refusal = await askTenancy(parts, policy, findIssuer);
  if (refusal !== null) return { kind: 'refused', code: refusal.code, message: refusal.message };
  if (policy.suspend) return settle('Suspended', 'it grants nothing');
  return policy.mode === 'Audit'
    ? settle('Audited', 'it grants nothing: the audit log tells what would have been')
    : settle('Enforced', 'the broker grants by it');
}

async function readIssuers({
  objects,
}: Pick<ControllerParts, 'objects'>): Promise<ReadonlyMap<string, TokenIssuer>> {
  const stored = await objects.list('TokenIssuer');
  const parsed = stored.map(parseTokenIssuer);
  return new Map(
    parsed.flatMap((one) => (one.kind === 'valid' ? [[one.value.name, one.value] as const] : [])),
  );
}

async function askTenancy(
  parts: ControllerParts,
  policy: AccessPolicy,
  findIssuer: (name: string) => TokenIssuer | null,
): Promise<MayflyError | null> {
  const { tenancy } = parts;
  const { namespace } = policy;
  if (tenancy === null || namespace === '') return null;
  const { policies } = await readTenant(parts, tenancy.namespaces, namespace);
  return decideIdentityUse(policy, { policies, findIssuer });
}

function settle(reason: string, message: string): Outcome {
  return { kind: 'done', note: { reason, message, changed: false } };
}
