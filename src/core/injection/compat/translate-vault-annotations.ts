import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import type { NameSearch } from '../../text/name-search.ts';
import { prefix } from '../annotations/annotation-table.ts';
import {
  emptyTranslation,
  type ClaimField,
  type StoreClaim,
  type Translation,
} from './translation.ts';
import { renderVaultTemplates, type VaultAnnotation } from './vault-templates.ts';
import { vaultAnnotationTable } from './vault-annotation-table.ts';

/** Before the annotations of vault-k8s and of openbao-k8s. */
export const vaultPrefixes = {
  'vault-k8s': 'vault.hashicorp.com/',
  'openbao-k8s': 'openbao.org/',
} as const;

const names = vaultAnnotationTable.map(({ name }) => name);
const longestFirst = vaultAnnotationTable.toSorted((a, b) => b.name.length - a.name.length);

/**
 * The annotations of vault-k8s or openbao-k8s in our words. What cannot be honoured is refused with the reason. A pod
 * that does not ask for injection by them is left alone.
 */
export function translateVaultAnnotations(
  annotations: Readonly<Record<string, string>>,
  theirPrefix: string,
  suggest: NameSearch,
): Translation {
  if (!isTrue(annotations[`${theirPrefix}agent-inject`])) return emptyTranslation;
  const errors: MayflyError[] = [];
  const found: VaultAnnotation[] = [];
  const theirs = Object.entries(annotations)
    .filter(([annotation]) => annotation.startsWith(theirPrefix))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [annotation, value] of theirs) {
    const name = annotation.slice(theirPrefix.length);
    const match = matchRow(name);
    const each = match === null ? null : { annotation, value, ...match };
    const nearest = each === null ? suggest(name, names) : null;
    const reason = each === null ? renderUnknown(theirPrefix, nearest) : findReason(each);
    if (reason !== null) {
      const what = `the annotation ${annotation}`;
      errors.push(createError('MAYFLY_POD_COMPAT_REFUSED', { what, reason }));
    } else if (each !== null) {
      found.push(each);
    }
  }
  return {
    annotations: translate(found),
    claims: found.flatMap(readClaim),
    understood: found.map(({ annotation }) => annotation),
    errors,
  };
}

function matchRow(name: string): Pick<VaultAnnotation, 'row' | 'tail'> | null {
  for (const row of longestFirst) {
    if (name === row.name && row.takesName !== 'must') return { row, tail: '' };
    const hasTail = name.startsWith(`${row.name}-`) && name.length > row.name.length + 1;
    if (hasTail && row.takesName !== 'no') return { row, tail: name.slice(row.name.length + 1) };
  }
  return null;
}

function renderUnknown(theirPrefix: string, nearest: string | null): string {
  return nearest === null ? 'there is none of that name' : `did you mean ${theirPrefix}${nearest}`;
}

/** Why one annotation cannot be honoured; null when it can. */
function findReason({ row, tail, value }: VaultAnnotation): string | null {
  if (row.fate === 'refused') return row.note;
  if (row.fate === 'only') {
    const isAsWeDo = row.value === 'json' ? value === 'json' : readFlag(value) === row.value;
    return isAsWeDo ? null : row.note;
  }
  if (row.name === 'secret-volume-path' && tail !== '') return 'all files are in one folder';
  return null;
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && readFlag(value) === 'true';
}

/** As Go parses a flag. */
function readFlag(value: string): 'true' | 'false' | null {
  const word = value.toLowerCase();
  if (['true', 't', '1', 'yes', 'y'].includes(word)) return 'true';
  return ['false', 'f', '0', 'no', 'n'].includes(word) ? 'false' : null;
}

const claimFields: ReadonlyMap<string, ClaimField> = new Map([
  ['service', 'address'],
  ['namespace', 'namespace'],
  ['role', 'role'],
  ['auth-type', 'login method'],
  ['auth-path', 'mount'],
  ['tls-server-name', 'server name'],
]);

function readClaim({ annotation, row, value }: VaultAnnotation): readonly StoreClaim[] {
  const field = claimFields.get(row.name);
  return field === undefined ? [] : [{ annotation, field, value }];
}

const plainNames: ReadonlyMap<string, string> = new Map([
  ['agent-inject-containers', 'containers'],
  ['agent-limits-cpu', 'resources.limits.cpu'],
  ['agent-limits-mem', 'resources.limits.memory'],
  ['agent-requests-cpu', 'resources.requests.cpu'],
  ['agent-requests-mem', 'resources.requests.memory'],
  ['template-static-secret-render-interval', 'ttl'],
]);

const familyNames: ReadonlyMap<string, string> = new Map([
  ['agent-inject-file', 'path'],
  ['agent-inject-perms', 'mode'],
]);

/** Where vault-k8s mounts its files when nothing else is said. */
const theirFilesPath = '/vault/secrets';

function translate(found: readonly VaultAnnotation[]): Readonly<Record<string, string>> {
  const single = new Map(
    found.flatMap(({ row, tail, value }) => (tail === '' ? [[row.name, value] as const] : [])),
  );
  const nameOf = createNaming(found);
  const ours = [
    ...translatePlain(single),
    ...found.flatMap(({ row, tail, value }) => {
      const family = familyNames.get(row.name);
      return family === undefined ? [] : [[`${family}.${nameOf(tail)}`, value] as const];
    }),
    ...[...renderVaultTemplates(found, single)].map(
      ([name, text]) => [`template.${nameOf(name)}`, text] as const,
    ),
  ];
  return Object.fromEntries(ours.map(([name, value]) => [`${prefix}${name}`, value]));
}

type Entry = readonly [name: string, value: string];

function translatePlain(single: ReadonlyMap<string, string>): readonly Entry[] {
  const isOnce = isTrue(single.get('agent-pre-populate-only'));
  const first = single.get('agent-init-first');
  const level = single.get('log-level');
  const plain = [...plainNames].flatMap(([theirs, name]): readonly Entry[] => {
    const value = single.get(theirs);
    // How often a sidecar looks again says nothing where there is none.
    return value === undefined || (name === 'ttl' && isOnce) ? [] : [[name, value]];
  });
  return [
    ['inject', isOnce ? 'init' : 'sidecar'],
    ['files-path', single.get('secret-volume-path') ?? theirFilesPath],
    ...(first === undefined ? [] : [['order', isTrue(first) ? 'first' : 'after'] as const]),
    ...(level === undefined ? [] : [['log-level', levels.get(level) ?? level] as const]),
    ...plain,
  ];
}

const levels: ReadonlyMap<string, string> = new Map([
  ['trace', 'debug'],
  ['err', 'error'],
]);

/** Names are in small letters unless somebody asked otherwise. */
function createNaming(found: readonly VaultAnnotation[]): (name: string) => string {
  const kept = new Map(
    found
      .filter(({ row }) => row.name === 'preserve-secret-case')
      .map(({ tail, value }) => [tail, isTrue(value)]),
  );
  return (name) => ((kept.get(name) ?? kept.get('') ?? false) ? name : name.toLowerCase());
}
