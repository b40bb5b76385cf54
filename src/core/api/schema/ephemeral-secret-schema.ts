import { Type } from 'typebox';
import { templateLimits } from '../../template/template.ts';
import { selectorParts } from './label-selector-schema.ts';
import {
  conditionsSchema,
  reconciledAtSchema,
  duration,
  objectName,
  patterns,
  strict,
  suspendSchema,
  textMap,
} from './schema-parts.ts';

const keyRefSchema = Type.Object(
  {
    secretRef: Type.Object(
      {
        name: objectName('Name of the Secret (standalone: of the key folder).'),
        key: Type.Optional(
          Type.String({
            pattern: patterns.secretKey,
            maxLength: 253,
            description: 'One key of it. Default all.',
          }),
        ),
      },
      { ...strict, description: 'Of the same namespace.' },
    ),
  },
  strict,
);

const keyPickSchema = Type.Object(
  {
    key: Type.String({
      pattern: patterns.secretKey,
      maxLength: 253,
      description: 'Key of the Secret.',
    }),
    valuePath: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
      minItems: 1,
      maxItems: 32,
      description: 'Where the value stands in the file, one step an item; list items by number.',
    }),
    file: Type.Optional(
      Type.String({
        pattern: patterns.path,
        maxLength: 1000,
        description: 'File below `path`; not needed when `path` is a file.',
      }),
    ),
  },
  strict,
);

const ownership = {
  ownership: Type.Optional(
    Type.Enum(['Own', 'Adopt'], {
      type: 'string',
      description:
        'Own (default) never touches a Secret that Mayfly did not make; Adopt, in a cluster, takes one over that has the name, unless a controller owns it.',
    }),
  ),
};

const secretTargetSchema = Type.Object(
  {
    ...ownership,
    name: objectName('Name of the Secret.'),
    type: Type.Optional(
      Type.String({ maxLength: 100, description: 'Type of it. Default Opaque.' }),
    ),
    labels: Type.Optional(textMap('Labels of it.')),
    annotations: Type.Optional(textMap('Annotations of it.')),
    from: Type.Enum(['keys', 'dotenv', 'json', 'yaml', 'ini', 'file'], {
      type: 'string',
      description:
        'How files become keys: `keys` picks the values listed; `dotenv`, `json` and `yaml` take every top-level key; `ini` takes `section.key`; `file` makes each whole file one key.',
    }),
    keys: Type.Optional(
      Type.Array(keyPickSchema, {
        minItems: 1,
        maxItems: 500,
        description: 'What `from: keys` picks.',
      }),
    ),
    template: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        additionalProperties: { type: 'string', maxLength: templateLimits.length },
        minProperties: 1,
        maxProperties: 100,
        description:
          'Templates by key: the Secret then has these keys and no others. In a template `{{ .KEY }}` is a value that the files gave; see the reference of templates.',
      }),
    ),
  },
  { ...strict, description: 'One Secret, built from the file or the folder.' },
);

const targetSchema = Type.Object(
  {
    manifests: Type.Optional(
      Type.Object(ownership, { ...strict, description: 'The files are manifests of kind Secret.' }),
    ),
    secret: Type.Optional(secretTargetSchema),
  },
  { ...strict, minProperties: 1, maxProperties: 1, description: 'What is made: exactly one.' },
);

/** `spec` of an EphemeralSecret. */
export const ephemeralSecretSpecSchema = Type.Object(
  {
    sourceRef: Type.Object(
      { name: objectName('Name of a GitSource of the same namespace.') },
      { ...strict, description: 'Where the encrypted files come from.' },
    ),
    path: Type.String({
      pattern: patterns.path,
      maxLength: 1000,
      description: 'File or folder in the repository; `.` is the whole of it.',
    }),
    decryption: Type.Object(
      {
        keys: Type.Array(keyRefSchema, {
          minItems: 1,
          maxItems: 20,
          description: 'Where the keys stand that open the files.',
        }),
      },
      { ...strict, description: 'How the files are opened.' },
    ),
    target: targetSchema,
    ttl: Type.Optional(duration('How long a Secret lives unless renewed. Default 1h.')),
    maxStale: Type.Optional(
      duration(
        'How long leases are extended while the source cannot be reached. Default 24h; 0s never.',
      ),
    ),
    lifetime: Type.Optional(
      Type.Enum(['Continuous', 'Once', 'WhileInUse'], {
        type: 'string',
        description:
          'Continuous (default) is renewed while the source verifies; Once is issued once and never renewed; WhileInUse, in a cluster, is there and renewed only while a pod that references it is pending or running.',
      }),
    ),
    linger: Type.Optional(
      duration('How long a Secret WhileInUse stays after its last pod. Default 1m.'),
    ),
    onSourceMissing: Type.Optional(
      Type.Enum(['Delete', 'Keep'], {
        type: 'string',
        description:
          'When an accepted commit removes the file: Delete (default) at once, or Keep to the end of the lease.',
      }),
    ),
    prune: Type.Optional(
      Type.Boolean({
        description:
          'false leaves the Secret of a removed file where it is, no longer managed. Default true.',
      }),
    ),
    restart: Type.Optional(
      Type.Array(Type.String({ pattern: patterns.restart, maxLength: 265 }), {
        maxItems: 10,
        description:
          "What is restarted when content changes. In a cluster workloads of the namespace, as `deployment/web`, `statefulset/db` or `daemonset/agent`: a few at a time, and not for the first content. On a machine the names of the administrator's hooks.",
      }),
    ),
    serviceAccountName: Type.Optional(
      objectName(
        'In a cluster: the ServiceAccount of the same namespace as which Secrets are written and leases renewed. What it may not do ends with the lease; deleting never needs it. Default Mayfly itself.',
      ),
    ),
    clusters: Type.Optional(
      Type.Object(selectorParts('the cluster'), {
        ...strict,
        description:
          'Which clusters this is for, by `cluster.labels` of their configuration; elsewhere there are no Secrets of it. Default every one.',
      }),
    ),
    suspend: Type.Optional(suspendSchema),
  },
  { ...strict, description: 'Secrets that live as long as their lease.' },
);

function instant(description: string): Type.TString {
  return Type.String({ description });
}

const secretRowSchema = Type.Object({
  name: Type.String({ description: 'Name of the Secret.' }),
  uid: Type.String({ description: 'Which Secret of that name is ours.' }),
  keys: Type.Integer({ description: 'How many keys it has.' }),
  digest: Type.String({ description: 'Keyed digest of the content.' }),
  seal: Type.Optional(
    Type.String({ description: 'Keyed digest of the row: by it Mayfly knows its own.' }),
  ),
  path: Type.String({ description: 'Repository path it was made from.' }),
  origin: Type.String({ description: 'Digest of what it was made from.' }),
  revision: Type.String({ description: 'The accepted commit at which that file last changed.' }),
  expiresAt: instant('End of its lease (RFC 3339).'),
});

const failureSchema = Type.Object({
  path: Type.String({ description: 'Repository path.' }),
  code: Type.String({ description: 'The error code, see the list of errors.' }),
  message: Type.String({ description: 'What is wrong, and where; never a value.' }),
  commit: Type.String({ description: 'The accepted commit that was looked at.' }),
  origin: Type.String({
    description: 'Digest of what was tried; it is tried again when it changes.',
  }),
});

const issuedSchema = Type.Object(
  {
    generation: Type.Integer({ description: 'The generation it was issued for.' }),
    revision: Type.String({ description: 'The accepted commit it was issued from.' }),
    issuedAt: instant('When (RFC 3339).'),
    expiresAt: instant('Until when (RFC 3339).'),
  },
  { description: 'The one lease of a lifetime Once.' },
);

/** How many rows and failures a status lists; beyond it only counts. */
export const maxStatusRows = 500;

/** `status` of an EphemeralSecret. */
export const ephemeralSecretStatusSchema = Type.Object({
  observedGeneration: Type.Optional(
    Type.Integer({ description: 'The generation the conditions speak about.' }),
  ),
  conditions: Type.Optional(conditionsSchema),
  reconciledAt: Type.Optional(reconciledAtSchema),
  revision: Type.Optional(
    Type.String({ description: 'The accepted commit at the last write of this status.' }),
  ),
  expiresAt: Type.Optional(instant('When the first of the leases ends (RFC 3339).')),
  syncedAt: Type.Optional(instant('When the leases were last issued or renewed (RFC 3339).')),
  announced: Type.Optional(
    Type.String({
      description: 'Digest of the contents that `restart` was last obeyed for.',
    }),
  ),
  issued: Type.Optional(issuedSchema),
  forcedBy: Type.Optional(
    Type.String({ description: 'Value of the force annotation that was last obeyed.' }),
  ),
  secretCount: Type.Optional(Type.Integer({ description: 'How many Secrets there are.' })),
  secrets: Type.Optional(
    Type.Array(secretRowSchema, { maxItems: maxStatusRows, description: 'By name.' }),
  ),
  failureCount: Type.Optional(Type.Integer({ description: 'How many files failed.' })),
  failures: Type.Optional(
    Type.Array(failureSchema, { maxItems: maxStatusRows, description: 'By path.' }),
  ),
});

export type EphemeralSecretSpec = Type.Static<typeof ephemeralSecretSpecSchema>;
export type EphemeralSecretStatus = Type.Static<typeof ephemeralSecretStatusSchema>;
export type SecretRow = Type.Static<typeof secretRowSchema>;
export type FailureRow = Type.Static<typeof failureSchema>;
