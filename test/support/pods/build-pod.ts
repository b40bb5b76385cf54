import type { Store, VaultProvider } from '#core/api/store.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import type { Container, Pod } from '#core/injection/pod/pod-schema.ts';
import type { BrokerPlace, InjectionSettings } from '#core/injection/settings.ts';
import type { PolicyView } from '#core/tenancy/policy-view.ts';
import { defaultSettings } from './default-settings.ts';

/** A pod with one container `app` and these annotations, their prefix left out. */
export function aPod(
  annotations: Readonly<Record<string, string>> = {},
  spec: Partial<Pod['spec']> = {},
): Pod {
  const entries = Object.entries(annotations).map(
    ([name, value]) => [name.includes('/') ? name : `mayfly.dev/${name}`, value] as const,
  );
  return {
    metadata: { name: 'web', annotations: Object.fromEntries(entries) },
    spec: { containers: [aContainer('app')], ...spec },
  };
}

export function aContainer(name: string, change: Partial<Container> = {}): Container {
  return { name, ...change };
}

export function aSettings(change: Partial<InjectionSettings> = {}): InjectionSettings {
  const agent = {
    image: 'registry.test/mayfly-agent:1',
    imagePullPolicy: null,
    command: ['/mayfly', 'agent'],
  };
  return { ...defaultSettings, agent, ownNamespace: 'mayfly-system', ...change };
}

export function aVaultStore(name = 'cluster/vault', change: Partial<VaultProvider> = {}): Store {
  return {
    name,
    namespace: '',
    namespaceSelector: {},
    serviceAccountName: null,
    policy: null,
    suspend: false,
    provider: aVaultProvider(change),
  };
}

export function aVaultProvider(change: Partial<VaultProvider> = {}): VaultProvider {
  const role = '{{namespace}}-{{serviceAccount}}';
  return {
    kind: 'vault',
    address: 'https://vault.test:8200',
    ca: null,
    serverName: null,
    storeNamespace: null,
    audience: 'https://vault.test:8200',
    login: { method: 'kubernetes', mount: 'kubernetes', role },
    ...change,
  };
}

/** Files of a repository, which the broker serves. */
export function aGitStore(name = 'repo', change: Partial<Store> = {}): Store {
  return {
    name,
    namespace: 'shop',
    namespaceSelector: null,
    serviceAccountName: null,
    policy: 'web',
    suspend: false,
    provider: { kind: 'git', sourceName: 'repo', path: '', keys: [] },
    ...change,
  };
}

export const aBroker: BrokerPlace = {
  address: 'https://broker.mayfly-system.svc',
  audience: 'https://broker.test',
  ca: '-----BEGIN CERTIFICATE-----',
};

interface ContextChange {
  readonly namespace?: string;
  readonly stores?: readonly Store[];
  readonly settings?: Partial<InjectionSettings>;
  readonly policies?: readonly PolicyView[];
}

/** The namespace `shop`, with the ClusterStores `vault` and `other`. */
export function aContext(change: ContextChange = {}): InjectionContext {
  const stores = change.stores ?? [aVaultStore(), aVaultStore('cluster/other')];
  return {
    namespace: { name: change.namespace ?? 'shop', labels: {} },
    settings: aSettings({ defaultStore: 'cluster/vault', ...change.settings }),
    policies: change.policies ?? [],
    findStore: (name) => stores.find((store) => store.name === name) ?? null,
  };
}
