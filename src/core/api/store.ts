import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { checkSelector } from '../labels/label-selector.ts';
import { parseStoreAddress } from '../store/store-address.ts';
import { checkCertificates } from './check/check-certificates.ts';
import { normalisePath, resolveKeys, type KeyRef } from './ephemeral-secret.ts';
import type { ObjectMeta, StoredObject } from './object.ts';
import {
  clusterStoreSpecSchema,
  storeSpecSchema,
  type ClusterStoreSpec,
  type StoreSpec,
} from './schema/store-schema.ts';
import type { NamespaceSelector } from './schema/tenant-policy-schema.ts';
import { invalid, valid, validate, type Parsed } from './schema/validate.ts';

/** Where a store is and how its certificate is proven. */
export interface StoreAddress {
  /** `https://host[:port]`, without a path; `http` is never allowed. */
  readonly address: string;
  /** PEM; null for the certificates of the system. */
  readonly ca: string | null;
  readonly serverName: string | null;
}

/** The login of whoever reads: a pod with its own token, or the broker as the Store's service account. */
export interface StoreLogin {
  readonly method: 'kubernetes' | 'jwt';
  readonly mount: string;
  /** May hold `{{namespace}}` and `{{serviceAccount}}` of who logs in. */
  readonly role: string;
}

/** Vault, or OpenBao. */
export interface VaultProvider extends StoreAddress {
  readonly kind: 'vault';
  readonly storeNamespace: string | null;
  /** What a token for it must be made for; the address itself unless said otherwise. */
  readonly audience: string;
  readonly login: StoreLogin;
}

/** Secrets of the Store's own namespace, served by the broker. */
export interface KubernetesProvider {
  readonly kind: 'kubernetes';
}

/** Encrypted files of a GitSource of the Store's own namespace, opened by the broker. */
export interface GitProvider {
  readonly kind: 'git';
  readonly sourceName: string;
  /** Where the paths of references begin, without a trailing slash; the empty text is the whole repository. */
  readonly path: string;
  readonly keys: readonly KeyRef[];
}

/** A Store or ClusterStore as it was written. Durations in milliseconds. */
export interface Store {
  /** As references name it: `NAME`, or `cluster/NAME`. */
  readonly name: string;
  /** The empty text for a ClusterStore. */
  readonly namespace: string;
  readonly provider: VaultProvider | KubernetesProvider | GitProvider;
  /** The namespaces that may use a ClusterStore; null for a Store, which is for its own. */
  readonly namespaceSelector: NamespaceSelector | null;
  /** As whom the broker and its own checks log in; a service account of the Store's namespace. */
  readonly serviceAccountName: string | null;
  /** The AccessPolicy of the same namespace that pods name at the broker; null where pods read without it, or not at all. */
  readonly policy: string | null;
  readonly suspend: boolean;
}

/** Validates a Store or a ClusterStore and fills in its defaults; answers everything that is wrong at once. */
export function parseStore(object: StoredObject): Parsed<Store> {
  return object.kind === 'ClusterStore' ? parseOfCluster(object) : parseOfNamespace(object);
}

function parseOfNamespace({ metadata, spec }: StoredObject): Parsed<Store> {
  const parsed = validate(storeSpecSchema, spec, 'spec');
  if (parsed.kind === 'invalid') return parsed;
  const errors = [...checkVault(parsed.value.provider.vault), ...checkServed(parsed.value)];
  if (errors.length > 0) return invalid(errors);
  return valid({
    name: metadata.name,
    namespaceSelector: null,
    policy: parsed.value.policy ?? null,
    ...resolve(metadata, parsed.value),
  });
}

function parseOfCluster({ metadata, spec }: StoredObject): Parsed<Store> {
  const parsed = validate(clusterStoreSpecSchema, spec, 'spec');
  if (parsed.kind === 'invalid') return parsed;
  const { provider, namespaceSelector } = parsed.value;
  const errors = [
    ...checkVault(provider.vault),
    ...checkSelector(namespaceSelector, 'spec.namespaceSelector'),
  ];
  if (errors.length > 0) return invalid(errors);
  return valid({
    name: `cluster/${metadata.name}`,
    namespaceSelector,
    policy: null,
    ...resolve(metadata, parsed.value),
  });
}

function resolve(
  { namespace }: ObjectMeta,
  { provider, serviceAccountName, suspend }: StoreSpec | ClusterStoreSpec,
): Omit<Store, 'name' | 'namespaceSelector' | 'policy'> {
  return {
    namespace,
    provider: resolveProvider(provider),
    serviceAccountName: serviceAccountName ?? null,
    suspend: suspend ?? false,
  };
}

function resolveProvider({ vault, git }: StoreSpec['provider']): Store['provider'] {
  if (vault !== undefined) return resolveVault(vault);
  return git === undefined ? { kind: 'kubernetes' } : resolveGit(git);
}

type GitSpec = NonNullable<StoreSpec['provider']['git']>;

function resolveGit({ sourceRef, path = '', decryption }: GitSpec): GitProvider {
  const keys = resolveKeys(decryption);
  return { kind: 'git', sourceName: sourceRef.name, path: normalisePath(path), keys };
}

type VaultSpec = ClusterStoreSpec['provider']['vault'];

function resolveVault({ address, login, ...rest }: VaultSpec): VaultProvider {
  return {
    kind: 'vault',
    address,
    ca: rest.ca ?? null,
    serverName: rest.serverName ?? null,
    storeNamespace: rest.storeNamespace ?? null,
    audience: rest.audience ?? address,
    login: { method: login.method, mount: login.mount ?? login.method, role: login.role },
  };
}

function checkVault(vault: VaultSpec | undefined): readonly MayflyError[] {
  if (vault === undefined) return [];
  const problem = 'must be https://HOST or https://HOST:PORT in its shortest form';
  const isAddress = parseStoreAddress(vault.address) !== null;
  return [
    ...(isAddress ? [] : [wrong('provider.vault.address', problem)]),
    ...checkCertificates('spec.provider.vault.ca', vault.ca),
  ];
}

function checkServed({ provider, serviceAccountName, policy }: StoreSpec): readonly MayflyError[] {
  const { vault, git } = provider;
  const errors: MayflyError[] = [];
  if (vault !== undefined && policy !== undefined) {
    errors.push(wrong('policy', 'is not for vault, where pods log in by themselves'));
  }
  if (git?.path?.split('/').includes('..')) {
    errors.push(wrong('provider.git.path', 'must not hold ..'));
  }
  if (git !== undefined && serviceAccountName !== undefined) {
    errors.push(wrong('serviceAccountName', 'is not for git, where nobody logs in'));
  }
  return errors;
}

function wrong(field: string, problem: string): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_INVALID', {
    field: `spec.${field}`,
    problem,
  });
}
