import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { parseUrlPattern, type UrlPattern } from '../git/address/url-pattern.ts';
import { parseStoreEntry, type StoreHost } from '../store/store-address.ts';
import { checkSelector } from '../labels/label-selector.ts';
import { parseDuration } from './duration.ts';
import type { EphemeralSecret } from './ephemeral-secret.ts';
import type { StoredObject } from './object.ts';
import {
  namespaceSelectorSchema,
  tenantPolicySpecSchema,
  type NamespaceSelector,
  type TenantPolicySpec,
} from './schema/tenant-policy-schema.ts';
import { invalid, valid, validate, type Parsed } from './schema/validate.ts';

/** A TenantPolicy as it was written; null is the closed default of that part. Durations in milliseconds. */
export interface TenantPolicy {
  readonly name: string;
  readonly namespaceSelector: NamespaceSelector;
  readonly urls: readonly UrlPattern[] | null;
  readonly minTtlMs: number | null;
  readonly maxTtlMs: number | null;
  readonly lifetimes: readonly EphemeralSecret['lifetime'][] | null;
  readonly restart: readonly string[] | null;
  readonly stores: StoreAllowance | null;
  /** Empty where nothing is allowed. */
  readonly identities: readonly IdentityAllowance[];
}

/** The CI jobs that AccessPolicies may be for. */
export interface IdentityAllowance {
  /** Name of the TokenIssuer. */
  readonly issuer: string;
  /** What a subject has to test: an id of a tenant, such as `ownerId`. */
  readonly attribute: string;
  /** What it may test for. */
  readonly values: readonly string[];
}

/** Which Stores of tenants are used. */
export interface StoreAllowance {
  readonly addresses: readonly StoreHost[];
  readonly roles: readonly string[];
  /** Beside the address of the Store itself. */
  readonly audiences: readonly string[];
}

/** Validates a TenantPolicy; answers everything that is wrong at once. */
export function parseTenantPolicy(object: StoredObject): Parsed<TenantPolicy> {
  const parsed = validate(tenantPolicySpecSchema, object.spec, 'spec');
  if (parsed.kind === 'invalid') return parsed;
  const spec = parsed.value;
  const policy = resolve(object.metadata.name, spec);
  const errors = [
    ...checkSelector(spec.namespaceSelector, 'spec.namespaceSelector'),
    ...checkUrls(spec.git?.urls ?? []),
    ...checkTtl(policy),
    ...checkAddresses(spec.stores?.addresses ?? []),
  ];
  return errors.length > 0 ? invalid(errors) : valid(policy);
}

/** The selector alone, for a policy that is wrong elsewhere; null when it cannot be told what it selects. */
export function readNamespaceSelector({ spec }: StoredObject): NamespaceSelector | null {
  if (typeof spec !== 'object' || spec === null || !('namespaceSelector' in spec)) return null;
  const selector = spec.namespaceSelector;
  const parsed = validate(namespaceSelectorSchema, selector, 'spec.namespaceSelector');
  if (parsed.kind === 'invalid' || checkSelector(parsed.value, '').length > 0) return null;
  return parsed.value;
}

function resolve(name: string, spec: TenantPolicySpec): TenantPolicy {
  return {
    name,
    namespaceSelector: spec.namespaceSelector,
    urls: spec.git?.urls.flatMap((text) => parseUrlPattern(text) ?? []) ?? null,
    minTtlMs: readDuration(spec.ttl?.min),
    maxTtlMs: readDuration(spec.ttl?.max),
    lifetimes: spec.lifetimes ?? null,
    restart: spec.restart ?? null,
    stores: resolveStores(spec.stores),
    identities: spec.identities ?? [],
  };
}

function resolveStores(stores: TenantPolicySpec['stores']): StoreAllowance | null {
  if (stores === undefined) return null;
  const { addresses, roles, audiences = [] } = stores;
  return { addresses: addresses.flatMap((text) => parseStoreEntry(text) ?? []), roles, audiences };
}

function readDuration(text: string | undefined): number | null {
  return text === undefined ? null : parseDuration(text);
}

function checkUrls(urls: readonly string[]): readonly MayflyError[] {
  return urls.flatMap((text, index) =>
    parseUrlPattern(text) === null
      ? [wrong(`spec.git.urls[${index}]`, 'must be an https:// or ssh:// address pattern')]
      : [],
  );
}

function checkAddresses(addresses: readonly string[]): readonly MayflyError[] {
  const problem = 'must be https://HOST or https://HOST:PORT in its shortest form';
  return addresses.flatMap((text, index) =>
    parseStoreEntry(text) === null ? [wrong(`spec.stores.addresses[${index}]`, problem)] : [],
  );
}

function checkTtl({ minTtlMs, maxTtlMs }: TenantPolicy): readonly MayflyError[] {
  if (minTtlMs === null || maxTtlMs === null || minTtlMs <= maxTtlMs) return [];
  return [wrong('spec.ttl.max', 'must not be below spec.ttl.min')];
}

function wrong(field: string, problem: string): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_INVALID', { field, problem });
}
