import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import type { AttributeRow } from '../../identity/attribute-row.ts';
import { attributeTables } from '../../identity/attribute-tables.ts';
import { findIdOf } from '../../identity/find-row.ts';
import type { IssuerKind } from '../../identity/identity.ts';
import type { LintedSubject } from './linted-subject.ts';

/** Whether a subject is held to one tenant of an issuer that many share, and by what cannot change hands. */
export function findTenantFaults(subject: LintedSubject): readonly MayflyError[] {
  return [...findMissing(subject), ...findWildcards(subject), ...findNames(subject)];
}

function findMissing(subject: LintedSubject): readonly MayflyError[] {
  const { kind, clause, tests } = subject;
  const tenants = tests.filter(({ row }) => row.tenant);
  const last = tenants.at(-1);
  if (last === undefined) {
    const rows = attributeTables[kind].filter(({ tenant }) => tenant);
    const ids = rows.map(({ name }) => name).join(', ');
    return [createError('MAYFLY_POLICY_TENANT_MISSING', { clause, ids })];
  }
  const owners = ownersOf[kind] ?? [];
  const isOwner = tenants.every(({ row }) => owners.includes(row.name));
  if (!isOwner || subject.has(...narrowing)) return [];
  return [createError('MAYFLY_POLICY_OWNER_ALONE', { clause: last.clause })];
}

/** What tells an owner, and nothing of what belongs to it. */
const ownersOf: Partial<Record<IssuerKind, readonly string[]>> = {
  github: ['ownerId', 'owner', 'enterpriseId', 'enterprise'],
  gitlab: ['namespaceId', 'namespacePath', 'runNamespaceId'],
  circleci: ['organizationId'],
  buildkite: ['organizationId', 'organization'],
  bitbucket: ['workspaceId'],
  azureDevOps: ['organizationId', 'organization'],
};

/** What not every job of an owner has: the administrators of the owner give it. */
const narrowing = [
  'workflow',
  'jobWorkflow',
  'configFile',
  'contextIds',
  'queueId',
  'environmentId',
  'pipelineId',
  'definitionId',
];

function findWildcards({ tests }: LintedSubject): readonly MayflyError[] {
  return tests.flatMap(({ clause, row, oneOf }) => {
    const isWild = oneOf.some((value) => tenantPart(row, value).includes('*'));
    return isWild ? [createError('MAYFLY_POLICY_TENANT_WILDCARD', { clause })] : [];
  });
}

/** What of a value tells a tenant: all of an id or a name, host and owner of an origin, nothing of a ref. */
function tenantPart({ name, glob }: AttributeRow, value: string): string {
  if (!glob) return value;
  return name === 'origin' ? value.split('/').slice(0, 2).join('/') : '';
}

function findNames({ kind, acceptNames, tests, has }: LintedSubject): readonly MayflyError[] {
  if (acceptNames) return [];
  return tests.flatMap(({ clause, row }) => {
    const id = findIdOf(kind, row);
    return id === null || has(id) ? [] : [createError('MAYFLY_POLICY_NAME_ALONE', { clause, id })];
  });
}
