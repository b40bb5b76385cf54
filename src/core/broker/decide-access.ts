import type { AccessPolicy } from '../trust/access-policy.ts';
import type { Store } from '../api/store.ts';
import { decideIdentityUse } from '../tenancy/decide-identity-use.ts';
import { decideStoreUse, type StoreDecision } from '../tenancy/decide-store-use.ts';
import { compilePolicy } from '../trust/compile-policy.ts';
import type { AccessRequest, Decision, Grant } from '../trust/decision.ts';
import { matchPolicy } from '../trust/match-policy.ts';
import type { Caller } from './asked.ts';
import type { BrokerView, GrantedStore, NamespaceTenancy, PolicyInUse } from './broker-parts.ts';

/** What is decided on. */
export interface AccessQuestion {
  readonly caller: Caller;
  /** Whether the API server still knows the pod; true for whoever is no pod of this cluster. */
  readonly isAlive: boolean;
  /** As the caller named it. */
  readonly policy: string;
  readonly request: AccessRequest;
}

export interface GrantedAccess {
  readonly kind: 'granted';
  readonly grant: Grant;
  readonly policy: AccessPolicy;
  /** By the names that the references have. */
  readonly stores: ReadonlyMap<string, GrantedStore>;
}

export interface DeniedAccess {
  readonly kind: 'denied';
  /** For the audit log alone. */
  readonly clause: string;
  readonly policy: AccessPolicy | null;
  /** What the policy would have granted if it were enforced. */
  readonly would: Grant | null;
}

export type Access = GrantedAccess | DeniedAccess;

/** Stands in for a policy that is not there, so that as much is done for it as for one that is. */
const nobody: AccessPolicy = {
  name: '',
  namespace: '',
  generation: 0,
  subjects: [],
  grants: [],
  mode: 'Enforce',
  suspend: false,
};
const nobodyCompiled = compilePolicy(nobody);

function inPlaceOf(name: string): PolicyInUse {
  const [namespace = ''] = name.startsWith('cluster/') ? [] : name.split('/');
  return { policy: { ...nobody, namespace }, compiled: nobodyCompiled };
}

/** Decides everything that a policy, the tenancy and the token say; the first thing that is against it denies. */
export function decideAccess(view: BrokerView, question: AccessQuestion): Access {
  const found = view.findPolicy(question.policy);
  const { policy, compiled } = found ?? inPlaceOf(question.policy);
  const decision = matchPolicy(compiled, question.caller.identity, question.request);
  const tenancy = readTenancy(view, policy, question.caller);
  const stores = decideStores(view, { question, policy, tenancy });
  const clause = [
    clauseOfToken(view, question),
    found === null ? 'policy' : null,
    clauseOf(decision),
    clauseOfTenancy(view, policy, tenancy),
    stores.clause,
  ].find((each) => each !== null);
  if (clause === undefined && decision.kind === 'grant') {
    return { kind: 'granted', grant: decision, policy, stores: stores.allowed };
  }
  const known = found === null ? null : policy;
  return deny(clause ?? 'policy', known, decision);
}

function deny(clause: string, policy: AccessPolicy | null, decision: Decision): DeniedAccess {
  const would = decision.kind === 'denial' && decision.clause === clause ? decision.would : null;
  return { kind: 'denied', clause, policy, would };
}

function clauseOf(decision: Decision): string | null {
  return decision.kind === 'denial' ? decision.clause : null;
}

function clauseOfToken(
  view: BrokerView,
  { caller, policy, isAlive, request }: AccessQuestion,
): string | null {
  if (!isTrusted(view, caller)) return 'token.issuer';
  if (!isAlive) return 'token.review';
  if (caller.ticket === null) return null;
  if (caller.ticket.policy !== policy) return 'token.policy';
  return request.references.length === 0 ? 'token.ticket' : null;
}

/** Whether the issuer is still the one that it was: a token of the broker's own was verified up to 15 minutes ago. */
function isTrusted(view: BrokerView, { issuer: { name, issuer } }: Caller): boolean {
  const known = view.findIssuer(name);
  return known !== null && !known.suspend && known.issuer === issuer;
}

/**
 * That of the namespace of the policy. A policy of the cluster is the administrator's; there it is the namespace of the
 * pod that decides about stores, and nothing for a job.
 */
function readTenancy(
  view: BrokerView,
  { namespace }: AccessPolicy,
  { identity, issuer }: Caller,
): NamespaceTenancy | null {
  const ofPod = issuer.keys.kind === 'cluster' ? (identity.pod?.namespace ?? '') : '';
  const name = namespace === '' ? ofPod : namespace;
  return name === '' ? null : view.readTenancy(name);
}

function clauseOfTenancy(
  view: BrokerView,
  policy: AccessPolicy,
  tenancy: NamespaceTenancy | null,
): string | null {
  if (tenancy === null) return null;
  const { policies } = tenancy;
  const world = { policies, findIssuer: (name: string) => view.findIssuer(name) };
  const refusal = decideIdentityUse(policy, world);
  return refusal === null ? null : `tenancy: ${refusal.message}`;
}

interface DecidedStores {
  readonly allowed: ReadonlyMap<string, GrantedStore>;
  /** The first thing that is against one of them. */
  readonly clause: string | null;
}

interface StoresQuestion {
  readonly question: AccessQuestion;
  readonly policy: AccessPolicy;
  readonly tenancy: NamespaceTenancy | null;
}

function decideStores(
  view: BrokerView,
  { question: { request }, policy: { namespace }, tenancy }: StoresQuestion,
): DecidedStores {
  const allowed = new Map<string, GrantedStore>();
  const clauses: string[] = [];
  for (const name of new Set(request.references.map((reference) => reference.store))) {
    const store = view.findStore(namespace, name);
    if (store === null) {
      clauses.push(`stores: ${name} is not there`);
      continue;
    }
    const use = decideUse(store, tenancy);
    if (use.kind === 'refused') clauses.push(`stores: ${use.error.message}`);
    else allowed.set(name, { store, entries: use.entries, onBehalfOf: namespace });
  }
  return { allowed, clause: clauses[0] ?? null };
}

function decideUse(store: Store, tenancy: NamespaceTenancy | null): StoreDecision {
  if (tenancy !== null) return decideStoreUse(store, tenancy.namespace, tenancy.policies);
  const nowhere = { name: '', labels: {} };
  return decideStoreUse({ ...store, namespaceSelector: {} }, nowhere, []);
}
