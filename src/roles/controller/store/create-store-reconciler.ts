import type { ObjectRef, StoredObject } from '#core/api/object.ts';
import { parseStore, type GitProvider, type Store } from '#core/api/store.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import { parseStoreAddress } from '#core/store/store-address.ts';
import { decideStoreUse, type StoreDecision } from '#core/tenancy/decide-store-use.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { refuseSpec } from '#platform/reconcile/refuse-spec.ts';
import { readTenant } from '../../tenancy/read-policies.ts';
import { nameAccount } from '../../stores/request-login.ts';
import { lookAtStore } from './look-at-store.ts';
import { keyOfStore } from './key-of-store.ts';

/** How often a store is looked at that answered. */
const lookMs = 300_000;
/** How often for a source that is not there. */
const missingMs = 30_000;

/** Says of a Store or a ClusterStore whether it is allowed, answers, and accepts the login. */
export function createStoreReconciler(parts: ControllerParts): Reconcile {
  return async (ref, context) => {
    const object = await parts.objects.get(ref);
    parts.memory.stores.delete(keyOfStore(ref));
    if (object === null) return { kind: 'gone' };
    context.observe(object.metadata);
    return await reconcileStore(parts, { ref, object }, context.signal);
  };
}

async function reconcileStore(
  parts: ControllerParts,
  { ref, object }: { readonly ref: ObjectRef; readonly object: StoredObject },
  signal: AbortSignal,
): Promise<Outcome> {
  const parsed = parseStore(object);
  if (parsed.kind === 'invalid') return refuseSpec(parsed.errors);
  const store = parsed.value;
  if (store.suspend) return settle('Suspended', 'it is not looked at, and no new pod may use it');
  const decision = await decideLook(parts, store);
  if (decision.kind === 'refused') {
    const { code, message } = decision.error;
    return { kind: 'refused', code, message };
  }
  const { provider } = store;
  if (provider.kind === 'git') return await lookAtSource(parts, { ...store, provider });
  if (parts.stores === null) return settle('Allowed', 'it may be used');
  const opened = { ...store, provider };
  const { entries } = decision;
  const account = nameAccount(store, ownNamespaceOf(parts));
  const look = await lookAtStore(parts.stores, { store: opened, account, entries }, signal);
  parts.memory.stores.set(keyOfStore(ref), look.conditions);
  if (look.error !== null) throw look.error;
  return { ...settle('Answers', 'it is allowed and answers'), kind: 'again', afterMs: lookMs };
}

/** The broker reads its files, and says what is wrong with them; here nothing is known but whether there is a source. */
async function lookAtSource(
  { objects }: ControllerParts,
  { namespace, provider }: Store & { readonly provider: GitProvider },
): Promise<Outcome> {
  const name = provider.sourceName;
  const source = await objects.get({ kind: 'GitSource', namespace, name });
  if (source !== null) {
    return { ...settle('Followed', 'the broker opens its files'), kind: 'again', afterMs: lookMs };
  }
  const error = createError('MAYFLY_SYNC_SOURCE_MISSING', { source: `${namespace}/${name}` });
  return { kind: 'refused', code: error.code, message: error.message, afterMs: missingMs };
}

/**
 * Whether it is used at all: by its own namespace, or, of the cluster, by whichever. Without a cluster all are the
 * administrator's.
 */
async function decideLook(parts: ControllerParts, store: Store): Promise<StoreDecision> {
  const { provider, namespaceSelector, namespace } = store;
  if (namespaceSelector !== null || parts.tenancy === null) {
    const host = provider.kind === 'vault' ? parseStoreAddress(provider.address) : null;
    return { kind: 'allowed', entries: host === null ? [] : [host] };
  }
  const own = await readTenant(parts, parts.tenancy.namespaces, namespace);
  return decideStoreUse(store, own.namespace, own.policies);
}

function ownNamespaceOf({ tenancy }: ControllerParts): string {
  return tenancy?.defaults.ownNamespace ?? '';
}

function settle(reason: string, message: string): Extract<Outcome, { kind: 'done' }> {
  return { kind: 'done', note: { reason, message, changed: false } };
}
