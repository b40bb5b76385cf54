import { Type, type TSchema } from 'typebox';
import type { AttributeRow } from '../../identity/attribute-row.ts';
import { attributeTables } from '../../identity/attribute-tables.ts';
import { findIdOf } from '../../identity/find-row.ts';
import { issuerKinds, type Exposure, type IssuerKind } from '../../identity/identity.ts';
import { duration, objectName, patterns, strict } from './schema-parts.ts';

/** What a policy says of the jobs of one system. */
export interface JobSubjectSpec {
  readonly issuer: string;
  readonly allow?: readonly Exposure[];
  readonly acceptNames?: boolean;
  /** The tests, by the names of attributes. */
  readonly [attribute: string]: unknown;
}

/** What a policy says of pods. */
export interface PodSubjectSpec {
  readonly issuer: string;
  readonly serviceAccounts: readonly string[];
}

/** The systems whose jobs policies are for, as they are named there. */
export const jobKinds = issuerKinds.filter((kind) => kind !== 'kubernetes');

/** Exactly one of these. */
export type SubjectSpec = { readonly pod?: PodSubjectSpec } & Partial<
  Record<Exclude<IssuerKind, 'kubernetes'>, JobSubjectSpec>
>;

/** Why the code of a job of a system may be a stranger's, as far as its tokens tell. */
export const exposuresOf: Readonly<Record<IssuerKind, readonly Exposure[]>> = {
  github: ['fork', 'pullRequest'],
  gitlab: ['fork', 'pullRequest'],
  circleci: ['fork', 'pullRequest', 'sshRerun'],
  buildkite: ['fork', 'pullRequest'],
  bitbucket: [],
  azureDevOps: ['fork', 'pullRequest'],
  jenkins: [],
  kubernetes: [],
  generic: [],
};

const issuerSchema = objectName('Name of the TokenIssuer.');

function valuesSchema({ values, description, glob }: AttributeRow): TSchema {
  const item =
    values === null
      ? Type.String({ minLength: 1, maxLength: 500 })
      : Type.Enum([...values], { type: 'string' });
  const words = glob ? ' `*` is any text without `/`, `:` and `@`.' : '';
  return Type.Array(item, { minItems: 1, maxItems: 100, description: `${description}${words}` });
}

function testSchema(row: AttributeRow): TSchema {
  if (row.type === 'flag') return Type.Boolean({ description: row.description });
  if (row.name !== 'claims') return valuesSchema(row);
  return Type.Unsafe<Readonly<Record<string, readonly string[]>>>({
    type: 'object',
    additionalProperties: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 500 },
      minItems: 1,
      maxItems: 100,
    },
    minProperties: 1,
    maxProperties: 20,
    description: row.description,
  });
}

const kindWords: Partial<Record<IssuerKind, string>> = {
  github: 'Jobs of GitHub Actions.',
  gitlab: 'Jobs of GitLab.',
  circleci: 'Jobs of CircleCI.',
  buildkite: 'Jobs of Buildkite.',
  bitbucket: 'Steps of Bitbucket Pipelines.',
  azureDevOps: 'Jobs of Azure Pipelines.',
  jenkins: 'Builds of Jenkins.',
  generic: 'Tokens of any other issuer.',
};

function jobSchema(kind: IssuerKind): TSchema {
  const exposures = exposuresOf[kind];
  const rows = attributeTables[kind];
  const tests = rows.map((row) => [row.name, Type.Optional(testSchema(row))] as const);
  const allow = Type.Array(Type.Enum([...exposures], { type: 'string' }), {
    minItems: 1,
    maxItems: 3,
    description:
      'What is refused unless it is named: jobs whose code may be that of somebody who cannot write to the repository.',
  });
  return Type.Object(
    {
      issuer: issuerSchema,
      ...Object.fromEntries(tests),
      ...(exposures.length === 0 ? {} : { allow: Type.Optional(allow) }),
      ...(rows.some((row) => findIdOf(kind, row) !== null) ? { acceptNames } : {}),
    },
    { ...strict, description: `${kindWords[kind] ?? ''} Every test given has to hold.` },
  );
}

const acceptNames = Type.Optional(
  Type.Boolean({
    description:
      'Accepts a name that has an id without it: whoever gets the name after a rename or a deletion gets the secrets. Default false.',
  }),
);

const podSchema = Type.Object(
  {
    issuer: issuerSchema,
    serviceAccounts: Type.Array(Type.String({ pattern: patterns.account, maxLength: 317 }), {
      minItems: 1,
      maxItems: 50,
      description:
        'As which they run: names, in a ClusterAccessPolicy NAMESPACE/NAME. An AccessPolicy is for pods of its own namespace.',
    }),
  },
  { ...strict, description: 'Pods.' },
);

const subjectSchema = Type.Unsafe<SubjectSpec>(
  Type.Object(
    {
      pod: Type.Optional(podSchema),
      ...Object.fromEntries(jobKinds.map((kind) => [kind, Type.Optional(jobSchema(kind))])),
    },
    { ...strict, minProperties: 1, maxProperties: 1 },
  ),
);

const grantSchema = Type.Object(
  {
    store: Type.String({
      pattern: patterns.storeName,
      maxLength: 261,
      description: 'Name of a Store of the same namespace, or `cluster/NAME` of a ClusterStore.',
    }),
    paths: Type.Array(Type.String({ pattern: patterns.grantPath, maxLength: 500 }), {
      minItems: 1,
      maxItems: 50,
      description:
        'Paths in the store. `*` is any text within a segment, a last segment `**` everything below.',
    }),
    keys: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
        minItems: 1,
        maxItems: 100,
        description: 'Keys there, by their whole names. Default every key.',
      }),
    ),
    maxTtl: duration('How long values are lent at most, up to 24h.'),
  },
  strict,
);

/** `spec` of an AccessPolicy and of a ClusterAccessPolicy. */
export const accessPolicySpecSchema = Type.Object(
  {
    subjects: Type.Array(subjectSchema, {
      minItems: 1,
      maxItems: 20,
      description: 'Whom it is for: one of these has to match. Each names exactly one system.',
    }),
    grants: Type.Array(grantSchema, {
      minItems: 1,
      maxItems: 20,
      description: 'What all of them get.',
    }),
    mode: Type.Optional(
      Type.Enum(['Enforce', 'Audit'], {
        type: 'string',
        description:
          'Audit grants nothing: the audit log tells what would have been. Default Enforce.',
      }),
    ),
    suspend: Type.Optional(Type.Boolean({ description: 'Grants nothing. Default false.' })),
  },
  {
    ...strict,
    description:
      'Which CI jobs and pods get which values from the broker. Callers name the policy. One that a stranger could match is refused as a whole, with the reason.',
  },
);

export type AccessPolicySpec = Type.Static<typeof accessPolicySpecSchema>;
