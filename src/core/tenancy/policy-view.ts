import { formatRef, type StoredObject } from '../api/object.ts';
import type { NamespaceSelector } from '../api/schema/tenant-policy-schema.ts';
import {
  parseTenantPolicy,
  readNamespaceSelector,
  type TenantPolicy,
} from '../api/tenant-policy.ts';
import { isNamespaceSelected, type Namespace } from './select-namespace.ts';

/** A stored TenantPolicy. One that is invalid still selects, and allows nothing. */
export type PolicyView =
  | { readonly kind: 'valid'; readonly name: string; readonly policy: TenantPolicy }
  | {
      readonly kind: 'broken';
      readonly name: string;
      /** Null when it cannot be told what it selects: then it may be every namespace. */
      readonly selector: NamespaceSelector | null;
    };

export function viewPolicy(object: StoredObject): PolicyView {
  const name = formatRef(object.metadata);
  const parsed = parseTenantPolicy(object);
  return parsed.kind === 'valid'
    ? { kind: 'valid', name, policy: parsed.value }
    : { kind: 'broken', name, selector: readNamespaceSelector(object) };
}

export function doesPolicySelect(view: PolicyView, namespace: Namespace): boolean {
  const selector = view.kind === 'valid' ? view.policy.namespaceSelector : view.selector;
  return selector === null || isNamespaceSelected(selector, namespace);
}
