import type { Store } from '../api/store.ts';
import type { PolicyView } from '../tenancy/policy-view.ts';
import type { Namespace } from '../tenancy/select-namespace.ts';
import type { InjectionSettings } from './settings.ts';

/** What is known about the place a pod is for. */
export interface InjectionContext {
  readonly namespace: Namespace;
  readonly settings: InjectionSettings;
  /** As references name it, `NAME` of the namespace or `cluster/NAME`; null when there is none. */
  findStore(name: string): Store | null;
  /** The TenantPolicies that select the namespace. */
  readonly policies: readonly PolicyView[];
}
