import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { attributeTables } from '../identity/attribute-tables.ts';
import type { IssuerKind } from '../identity/identity.ts';
import { accountAttribute } from '../trust/subject-names.ts';
import { lintPolicy } from '../trust/lint/lint-policy.ts';
import type { AccessPolicy, AttributeTest, PolicySubject } from '../trust/access-policy.ts';
import { parseDuration } from './duration.ts';
import type { StoredObject } from './object.ts';
import {
  accessPolicySpecSchema,
  jobKinds,
  type AccessPolicySpec,
  type JobSubjectSpec,
  type PodSubjectSpec,
  type SubjectSpec,
} from './schema/access-policy-schema.ts';
import { invalid, valid, validate, type Parsed } from './schema/validate.ts';

/**
 * Validates an AccessPolicy or a ClusterAccessPolicy; answers everything that is wrong at once. One that a stranger could
 * match is wrong too: see `lintPolicy`.
 */
export function parseAccessPolicy({ kind, metadata, spec }: StoredObject): Parsed<AccessPolicy> {
  const parsed = validate(accessPolicySpecSchema, spec, 'spec');
  if (parsed.kind === 'invalid') return parsed;
  const namespace = kind === 'AccessPolicy' ? metadata.namespace : '';
  const policy = resolve({ ...metadata, namespace }, parsed.value);
  const errors = [
    ...checkNamespace(namespace),
    ...checkAccounts(parsed.value, namespace),
    ...checkGrants(policy),
  ];
  const found = errors.length > 0 ? errors : lintPolicy(policy);
  return found.length > 0 ? invalid(found) : valid(policy);
}

type Head = Pick<StoredObject['metadata'], 'namespace' | 'name' | 'generation'>;

function resolve({ namespace, name, generation }: Head, spec: AccessPolicySpec): AccessPolicy {
  return {
    name: `${namespace === '' ? 'cluster' : namespace}/${name}`,
    namespace,
    generation,
    subjects: spec.subjects.map((subject) => resolveSubject(subject, namespace)),
    grants: spec.grants.map(({ keys, maxTtl, ...rest }) => ({
      ...rest,
      keys: keys ?? null,
      maxTtlMs: parseDuration(maxTtl) ?? 0,
    })),
    mode: spec.mode ?? 'Enforce',
    suspend: spec.suspend ?? false,
  };
}

function resolveSubject(spec: SubjectSpec, namespace: string): PolicySubject {
  const kind = jobKinds.find((known) => spec[known] !== undefined);
  const job = kind === undefined ? undefined : spec[kind];
  if (kind !== undefined && job !== undefined) return resolveJob(kind, job);
  return resolvePods(spec.pod ?? { issuer: '', serviceAccounts: [] }, namespace);
}

function resolvePods(spec: PodSubjectSpec, namespace: string): PolicySubject {
  const oneOf = spec.serviceAccounts.map((name) =>
    namespace === '' ? name : `${namespace}/${name}`,
  );
  const tests = [{ attribute: accountAttribute, oneOf }];
  const { issuer } = spec;
  return { kind: 'kubernetes', issuer, tests, allow: new Set(), acceptNames: false };
}

function resolveJob(kind: IssuerKind, spec: JobSubjectSpec): PolicySubject {
  const { issuer, allow, acceptNames } = spec;
  const tests = attributeTables[kind].flatMap(({ name }) => readTests(name, spec[name]));
  return { kind, issuer, tests, allow: new Set(allow), acceptNames: acceptNames ?? false };
}

/** The schema has made sure of the types. */
function readTests(attribute: string, written: unknown): readonly AttributeTest[] {
  if (typeof written === 'boolean') return [{ attribute, oneOf: [String(written)] }];
  if (Array.isArray(written)) return [{ attribute, oneOf: written.map(String) }];
  if (typeof written !== 'object' || written === null) return [];
  return Object.entries(written).flatMap(([claim, values]) =>
    readTests(`${attribute}.${claim}`, values),
  );
}

/** There `cluster/NAME` would name two policies, and a tenant could stand in for the administrator. */
function checkNamespace(namespace: string): readonly MayflyError[] {
  if (namespace !== 'cluster') return [];
  const problem = 'must not be cluster: that is how a ClusterAccessPolicy is named';
  const params = { field: 'metadata.namespace', problem };
  return [createError('MAYFLY_OBJECT_FIELD_INVALID', params)];
}

function checkAccounts(spec: AccessPolicySpec, namespace: string): readonly MayflyError[] {
  const isOfCluster = namespace === '';
  return spec.subjects.flatMap(({ pod }, subject) =>
    (pod?.serviceAccounts ?? []).flatMap((account, index) => {
      if (account.includes('/') === isOfCluster) return [];
      const field = `subjects[${subject}].pod.serviceAccounts[${index}]`;
      const names = 'must be a name: pods of other namespaces are for a ClusterAccessPolicy';
      return [wrong(field, isOfCluster ? 'must be NAMESPACE/NAME' : names)];
    }),
  );
}

const minute = 60_000;
const day = 24 * 60 * minute;

function checkGrants({ namespace, grants }: AccessPolicy): readonly MayflyError[] {
  return grants.flatMap(({ store, paths, maxTtlMs }, index) => [
    ...(maxTtlMs < minute || maxTtlMs > day
      ? [wrong(`grants[${index}].maxTtl`, 'must be between 1m and 24h')]
      : []),
    ...(namespace === '' && !store.startsWith('cluster/')
      ? [wrong(`grants[${index}].store`, 'must be cluster/NAME in a ClusterAccessPolicy')]
      : []),
    ...paths.flatMap((path, at) =>
      isGrantPath(path) ? [] : [wrong(`grants[${index}].paths[${at}]`, wrongPath)],
    ),
  ]);
}

const wrongPath = 'must have no empty segment, . or .., and ** only as its last segment';

function isGrantPath(path: string): boolean {
  const segments = path.split('/');
  return segments.every(
    (segment, index) =>
      segment !== '' &&
      segment !== '.' &&
      segment !== '..' &&
      (!segment.includes('**') || (segment === '**' && index === segments.length - 1)),
  );
}

function wrong(field: string, problem: string): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_INVALID', { field: `spec.${field}`, problem });
}
