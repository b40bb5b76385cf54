import { Type } from 'typebox';
import { tenantAttributes } from '../../identity/attribute-tables.ts';
import { selectorParts } from './label-selector-schema.ts';
import { duration, objectName, patterns, strict } from './schema-parts.ts';

/** Which namespaces a policy is for. */
export const namespaceSelectorSchema = Type.Object(
  {
    matchNames: Type.Optional(
      Type.Array(Type.String({ pattern: patterns.hookName, maxLength: 63 }), {
        minItems: 1,
        maxItems: 500,
        description: 'The namespace is one of these.',
      }),
    ),
    ...selectorParts('the namespace'),
  },
  {
    ...strict,
    description:
      'The namespaces it is for: those for which every part given holds; `{}` is every namespace.',
  },
);

const gitSchema = Type.Object(
  {
    urls: Type.Array(Type.String({ pattern: patterns.urlPattern, maxLength: 2048, minLength: 1 }), {
      maxItems: 200,
      description:
        'Addresses that a GitSource may have, such as `https://git.example.com/team-a/**`. The host may begin with `*.`; in the path `*` and `?` stay within a segment, `**` is any number of them, a final `/` everything below. A host without a public address must be named exactly.',
    }),
  },
  {
    ...strict,
    description: 'When absent, every repository of the hosts in the configuration.',
  },
);

const ttlSchema = Type.Object(
  {
    min: Type.Optional(duration('Shortest. Default as in the configuration.')),
    max: Type.Optional(duration('Longest. Default 24h, or less where the configuration says so.')),
  },
  { ...strict, description: 'What `ttl` of an EphemeralSecret may be.' },
);

const storesSchema = Type.Object(
  {
    addresses: Type.Array(Type.String({ pattern: patterns.storeEntry, maxLength: 300 }), {
      maxItems: 200,
      description:
        'Addresses that a Store may have, such as `https://vault.example.com:8200`. The host may begin with `*.`; one without a public address must be named exactly.',
    }),
    roles: Type.Array(Type.String({ pattern: patterns.storeRoleEntry, maxLength: 200 }), {
      maxItems: 200,
      description:
        'Roles that a Store may log in as; `*` is any text, `{{namespace}}` that of the Store, `{{serviceAccount}}` stands for itself.',
    }),
    audiences: Type.Optional(
      Type.Array(Type.String({ pattern: patterns.audience, maxLength: 500 }), {
        maxItems: 200,
        description: 'Audiences that a Store may ask for beside its own address.',
      }),
    ),
  },
  { ...strict, description: 'When absent, only ClusterStores are used.' },
);

const identitySchema = Type.Object(
  {
    issuer: objectName('Name of the TokenIssuer.'),
    attribute: Type.Enum([...tenantAttributes], {
      type: 'string',
      description:
        'What a subject has to test, such as `ownerId` of github, `namespaceId` of gitlab or `workspaceId` of bitbucket.',
    }),
    values: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
      minItems: 1,
      maxItems: 200,
      description: 'What it may test for.',
    }),
  },
  strict,
);

/** `spec` of a TenantPolicy. */
export const tenantPolicySpecSchema = Type.Object(
  {
    namespaceSelector: namespaceSelectorSchema,
    git: Type.Optional(gitSchema),
    ttl: Type.Optional(ttlSchema),
    lifetimes: Type.Optional(
      Type.Array(Type.Enum(['Continuous', 'Once', 'WhileInUse'], { type: 'string' }), {
        maxItems: 10,
        description: 'What `lifetime` of an EphemeralSecret may be. When absent, every one.',
      }),
    ),
    stores: Type.Optional(storesSchema),
    identities: Type.Optional(
      Type.Array(identitySchema, {
        maxItems: 100,
        description:
          'CI jobs that an AccessPolicy may be for: each of its subjects has to keep to one of these. When absent, none.',
      }),
    ),
    restart: Type.Optional(
      Type.Array(Type.String({ pattern: patterns.restartEntry, maxLength: 253 }), {
        maxItems: 100,
        description:
          'What `restart` of an EphemeralSecret may name; `*` is everything. When absent, nothing.',
      }),
    ),
  },
  {
    ...strict,
    description:
      'What the tenants of the namespaces it selects may ask for. Where no policy selects, the closed defaults hold: the git hosts in the configuration, leases of at most 24h, only ClusterStores, no CI jobs, nothing to restart. Of several policies one has to allow an object as a whole: they lend each other nothing. An invalid policy allows nothing and closes the defaults for what it selects.',
  },
);

export type TenantPolicySpec = Type.Static<typeof tenantPolicySpecSchema>;
export type NamespaceSelector = Type.Static<typeof namespaceSelectorSchema>;
