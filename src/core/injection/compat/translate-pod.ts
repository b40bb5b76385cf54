import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { createNameSearch } from '../../text/name-search.ts';
import { annotationsOfBankVaults } from './bank-vaults.ts';
import type { PlanStore } from '../agent-plan.ts';
import type { Compatibility } from '../settings.ts';
import { translateVaultAnnotations, vaultPrefixes } from './translate-vault-annotations.ts';
import type { ClaimField, StoreClaim, Translation } from './translation.ts';

type Annotations = Readonly<Record<string, string>>;

/**
 * The annotations of a pod in our words, those of other injectors included where an administrator allows it. What two
 * of them say differently is refused.
 */
export function translateAnnotations(
  annotations: Annotations,
  compatibility: readonly Compatibility[],
): Translation {
  const suggest = createNameSearch();
  const translations = compatibility.map((each) =>
    each === 'bank-vaults'
      ? annotationsOfBankVaults(annotations)
      : translateVaultAnnotations(annotations, vaultPrefixes[each], suggest),
  );
  const merged = new Map(Object.entries(annotations));
  const errors: MayflyError[] = translations.flatMap((each) => each.errors);
  for (const [name, value] of translations.flatMap((each) => Object.entries(each.annotations))) {
    const known = merged.get(name);
    if (known !== undefined && known !== value) errors.push(refuseSecond(name));
    merged.set(name, value);
  }
  return {
    annotations: Object.fromEntries(merged),
    claims: translations.flatMap(({ claims }) => claims),
    understood: translations.flatMap(({ understood }) => understood),
    errors,
  };
}

function refuseSecond(name: string): MayflyError {
  const reason = 'annotations of another injector say something else';
  return createError('MAYFLY_POD_COMPAT_REFUSED', { what: `the annotation ${name}`, reason });
}

/** What a pod claims of its store and the store does not say. */
export function checkClaims(
  claims: readonly StoreClaim[],
  stores: readonly PlanStore[],
): readonly MayflyError[] {
  return stores.flatMap((store) => {
    const said = describeStore(store);
    return claims
      .filter(({ field, value }) => normalise(field, value) !== normalise(field, said[field]))
      .map(({ annotation, field }) =>
        createError('MAYFLY_POD_STORE_DIFFERS', { annotation, store: store.name, field }),
      );
  });
}

function describeStore(store: PlanStore): Readonly<Record<ClaimField, string>> {
  return {
    address: store.address,
    namespace: store.storeNamespace ?? '',
    role: store.login.role,
    'login method': store.login.method,
    mount: store.login.mount,
    'server name': store.serverName ?? '',
  };
}

function normalise(field: ClaimField, value: string): string {
  const plain = value.replaceAll(/^\/+|\/+$/gu, '');
  return field === 'mount' ? plain.replace(/^auth\//u, '') : plain;
}
