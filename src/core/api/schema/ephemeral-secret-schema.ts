import { Type } from 'typebox';
import { templateLimits } from '../../template/template.ts';
import { selectorParts } from './label-selector-schema.ts';
import {
  decryptionSchema,
  duration,
  objectName,
  patterns,
  strict,
  suspendSchema,
  textMap,
} from './schema-parts.ts';

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
    decryption: decryptionSchema,
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

export type EphemeralSecretSpec = Type.Static<typeof ephemeralSecretSpecSchema>;
