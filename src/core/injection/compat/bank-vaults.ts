import { createError } from '../../errors/mayfly-error.ts';
import {
  formatReference,
  parseReference,
  type ParsedReference,
} from '../../reference/reference.ts';
import { emptyTranslation, type ClaimField, type Translation } from './translation.ts';

/**
 * Parses a value as bank-vaults' webhook writes it, `vault:PATH#KEY#VERSION`; null for any other text. Its forms that
 * write, that stand inside of a longer text, or that compute a key are refused. See
 * {@link https://bank-vaults.dev/docs/mutating-webhook/configuration/}.
 */
export function parseBankVaultsReference(
  value: string,
  store: string | null,
): ParsedReference | null {
  if (value.startsWith('>>vault:') || value.startsWith('>>bao:')) {
    return refuse('has the form >>, which writes to the store: read what is there');
  }
  if (inline.some((form) => value.includes(form))) {
    return refuse('stands inside of a longer text: render a file with a template');
  }
  const [, rest] = /^(?:vault|bao):([^]*)$/u.exec(value) ?? [];
  return rest === undefined ? null : parseRest(rest, store);
}

const inline = ['${vault:', '${>>vault:', '${bao:', '${>>bao:'];

function parseRest(rest: string, store: string | null): ParsedReference {
  if (rest.includes('{')) return refuse('computes its key: render a file with a template');
  if (store === null) return refuse('needs a store: name it in mayfly.dev/store');
  const [, path, key, version] = /^([^#]+)#([^#]+)(?:#([^#]+))?$/u.exec(rest) ?? [];
  if (path === undefined || key === undefined) {
    return refuse('must be vault:PATH#KEY or vault:PATH#KEY#VERSION');
  }
  return parseReference(formatReference({ store, path, key, version: version ?? null }));
}

function refuse(problem: string): ParsedReference {
  return { kind: 'invalid', problem };
}

/** Before the annotations of bank-vaults' two webhooks. */
const prefixes = ['vault.security.banzaicloud.io/', 'secrets-webhook.security.bank-vaults.io/'];

const claimFields: ReadonlyMap<string, ClaimField> = new Map([
  ['addr', 'address'],
  ['namespace', 'namespace'],
  ['role', 'role'],
  ['auth-method', 'login method'],
  ['path', 'mount'],
]);

/**
 * What the annotations of bank-vaults claim of the store. The others tune a program that wraps the command of a
 * container, which is not there, and are refused.
 */
export function annotationsOfBankVaults(
  annotations: Readonly<Record<string, string>>,
): Translation {
  const own = Object.entries(annotations).flatMap(([annotation, value]) => {
    const prefix = prefixes.find((each) => annotation.startsWith(each));
    return prefix === undefined
      ? []
      : [{ annotation, value, name: annotation.slice(prefix.length) }];
  });
  if (own.some(({ name, value }) => name === 'mutate' && value === 'skip')) return emptyTranslation;
  const read = own.map(({ annotation, name, value }) => {
    const field = claimFields.get(name.replace(/^(?:vault|bao)-/u, ''));
    const isIdle = name === 'mutate' || (name.endsWith('skip-verify') && value === 'false');
    return { annotation, value, field, isIdle };
  });
  const reason = 'it tunes a program that Mayfly does not put before the command of a container';
  return {
    annotations: {},
    claims: read.flatMap(({ annotation, field, value }) =>
      field === undefined ? [] : [{ annotation, field, value }],
    ),
    understood: read.flatMap(({ annotation, field, isIdle }) =>
      field !== undefined || isIdle ? [annotation] : [],
    ),
    errors: read
      .filter(({ field, isIdle }) => field === undefined && !isIdle)
      .map(({ annotation }) =>
        createError('MAYFLY_POD_COMPAT_REFUSED', { what: `the annotation ${annotation}`, reason }),
      ),
  };
}
