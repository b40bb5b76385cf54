import { Type } from 'typebox';
import { namespaceSelectorSchema } from './tenant-policy-schema.ts';
import { decryptionSchema, objectName, patterns, strict } from './schema-parts.ts';

const loginSchema = Type.Object(
  {
    method: Type.Enum(['kubernetes', 'jwt'], {
      type: 'string',
      description:
        'The auth method of the store: `kubernetes`, or `jwt` for OIDC discovery or keys.',
    }),
    mount: Type.Optional(
      Type.String({
        pattern: patterns.storeMount,
        maxLength: 200,
        description: 'Where it is mounted, without `auth/`. Default the name of the method.',
      }),
    ),
    role: Type.String({
      pattern: patterns.storeRole,
      maxLength: 200,
      description:
        'Which role to log in as. `{{namespace}}` and `{{serviceAccount}}` are those of the pod that logs in.',
    }),
  },
  { ...strict, description: 'How pods log in, each with a token of its own service account.' },
);

const vaultSchema = Type.Object(
  {
    address: Type.String({
      pattern: patterns.storeAddress,
      maxLength: 300,
      description:
        'Where it answers, such as `https://vault.example.com:8200`. Nothing behind the port.',
    }),
    ca: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 65_536,
        description: 'PEM certificates to trust instead of those of the system.',
      }),
    ),
    serverName: Type.Optional(
      objectName('The name that its certificate bears. Default the host of the address.'),
    ),
    storeNamespace: Type.Optional(
      Type.String({
        pattern: patterns.storeMount,
        maxLength: 200,
        description: 'A namespace of the store. Default its root.',
      }),
    ),
    audience: Type.Optional(
      Type.String({
        pattern: patterns.audience,
        maxLength: 500,
        description: 'What tokens for it are made for. Default the address.',
      }),
    ),
    login: loginSchema,
  },
  { ...strict, description: 'HashiCorp Vault, or OpenBao.' },
);

const gitSchema = Type.Object(
  {
    sourceRef: Type.Object(
      { name: objectName('Name of a GitSource of the same namespace.') },
      { ...strict, description: 'Where the encrypted files come from.' },
    ),
    path: Type.Optional(
      Type.String({
        pattern: patterns.path,
        maxLength: 1000,
        description:
          'Folder in the repository below which the paths of references begin. Default the whole of it.',
      }),
    ),
    decryption: decryptionSchema,
  },
  { ...strict, description: 'Encrypted files of a git repository, opened by the broker.' },
);

const accountSchema = Type.Optional(
  objectName(
    "The ServiceAccount as which Mayfly checks the login: of the Store's namespace, for a ClusterStore of Mayfly's own. Not for git, where nobody logs in. Without it only the connection is checked.",
  ),
);

const suspendSchema = Type.Boolean({
  description: 'Stops the checks, and no new pod may use it. Default false.',
});

/** `spec` of a Store. */
export const storeSpecSchema = Type.Object(
  {
    provider: Type.Object(
      {
        vault: Type.Optional(vaultSchema),
        kubernetes: Type.Optional(
          Type.Object({}, { ...strict, description: "Secrets of the Store's own namespace." }),
        ),
        git: Type.Optional(gitSchema),
      },
      { ...strict, minProperties: 1, maxProperties: 1, description: 'What it is: exactly one.' },
    ),
    serviceAccountName: accountSchema,
    policy: Type.Optional(
      objectName(
        'Name of the AccessPolicy of the same namespace by which the broker grants pods what they read here. Without it pods are refused; jobs name their policy themselves. Not for vault, where pods log in by themselves.',
      ),
    ),
    suspend: Type.Optional(suspendSchema),
  },
  {
    ...strict,
    description:
      'A place outside of the cluster where secrets are kept, for the pods of its own namespace. A TenantPolicy has to allow its address and its role.',
  },
);

/** `spec` of a ClusterStore. */
export const clusterStoreSpecSchema = Type.Object(
  {
    provider: Type.Object({ vault: vaultSchema }, { ...strict, description: 'What it is.' }),
    namespaceSelector: namespaceSelectorSchema,
    serviceAccountName: accountSchema,
    suspend: Type.Optional(suspendSchema),
  },
  {
    ...strict,
    description:
      'A place outside of the cluster where secrets are kept, for the pods of the namespaces it selects. Written by administrators: no policy is asked about its address.',
  },
);

export type StoreSpec = Type.Static<typeof storeSpecSchema>;
export type ClusterStoreSpec = Type.Static<typeof clusterStoreSpecSchema>;
