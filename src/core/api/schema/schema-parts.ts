import { Type } from 'typebox';

/** Patterns of the kinds, each with the words that name it in an error. RE2 syntax, linear, anchored. */
export const patterns = {
  duration: '^([0-9]{1,9}(ms|s|m|h|d)){1,4}$',
  objectName: '^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$',
  secretKey: '^[-._a-zA-Z0-9]{1,253}$',
  gitUrl:
    '^(https://[^-@/\\s?#][^@/\\s?#]*(/[^\\s?#]*)?|ssh://([._a-zA-Z0-9][-._a-zA-Z0-9]*@)?[^-@/\\s?#][^@/\\s?#]*/[^\\s?#]*)$',
  gitName: '^[^\\s~^:?*\\[\\\\-][^\\s~^:?*\\[\\\\]{0,254}$',
  commit: '^([0-9a-f]{40}|[0-9a-f]{64})$',
  path: '^[^/\\x00-\\x1f\\x7f][^\\x00-\\x1f\\x7f]{0,999}$',
  labelValue: '^([a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)?$',
  hookName: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
  restart:
    '^((deployment|statefulset|daemonset)/[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$',
  urlPattern:
    '^(https://[^-@/\\s?#][^@/\\s?#]*|ssh://([._a-zA-Z0-9][-._a-zA-Z0-9]*@)?[^-@/\\s?#][^@/\\s?#]*)/[^\\s#]*$',
  restartEntry: '^([*]|[a-z0-9][-./a-z0-9]{0,251})$',
  storeAddress: '^https://[^-*@/\\s?#A-Z][^*@/\\s?#A-Z]*$',
  storeEntry: '^https://([*][.])?[^-*@/\\s?#A-Z][^*@/\\s?#A-Z]*$',
  storeMount: '^[-_a-zA-Z0-9][-._a-zA-Z0-9]*(/[-_a-zA-Z0-9][-._a-zA-Z0-9]*)*$',
  storeRole: '^([-._a-zA-Z0-9]|[{][{](namespace|serviceAccount)[}][}])+$',
  storeRoleEntry: '^([-._*a-zA-Z0-9]|[{][{](namespace|serviceAccount)[}][}])+$',
  audience: '^[\\x21-\\x7e]+$',
  issuer: '^https://[^@\\s?#]+$',
  account: '^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/)?[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$',
  storeName: '^(cluster/)?[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$',
  grantPath: '^[^/\\x00-\\x1f\\x7f][^\\x00-\\x1f\\x7f]*$',
} as const;

/** What a text must be, by its pattern. */
export const patternWords: ReadonlyMap<string, string> = new Map([
  [patterns.duration, 'must be a duration such as 90s, 15m or 1h30m'],
  [patterns.objectName, 'must be a lower-case DNS name'],
  [patterns.secretKey, 'must be letters, digits, dots, dashes or underscores'],
  [patterns.gitUrl, 'must be an https:// or ssh:// address without password, query or fragment'],
  [patterns.gitName, 'must be the name of a git reference'],
  [patterns.commit, 'must be a full commit id in lower-case hex'],
  [patterns.path, 'must be a path inside the repository, without a leading slash'],
  [patterns.labelValue, 'must be a label value of at most 63 characters'],
  [patterns.hookName, 'must be a lower-case name of at most 63 characters'],
  [
    patterns.restart,
    'must be deployment/NAME, statefulset/NAME or daemonset/NAME, or without a cluster the name of a hook',
  ],
  [patterns.urlPattern, 'must be a pattern such as https://git.example.com/team-a/**'],
  [patterns.restartEntry, 'must be a lower-case name, or * for everything'],
  [patterns.storeAddress, 'must be an address such as https://vault.example.com:8200'],
  [patterns.storeEntry, 'must be an address such as https://vault.example.com:8200'],
  [patterns.storeMount, 'must be letters, digits, dots, dashes or underscores between slashes'],
  [
    patterns.storeRole,
    'must be letters, digits, dots, dashes or underscores, {{namespace}} or {{serviceAccount}}',
  ],
  [
    patterns.storeRoleEntry,
    'must be letters, digits, dots, dashes or underscores, *, {{namespace}} or {{serviceAccount}}',
  ],
  [patterns.audience, 'must be visible ASCII without spaces'],
  [patterns.issuer, 'must be an https:// address without user, query or fragment'],
  [patterns.account, 'must be the name of a service account, or NAMESPACE/NAME'],
  [patterns.storeName, 'must be the name of a Store, or cluster/NAME'],
  [patterns.grantPath, 'must be a path in the store, without a leading slash'],
]);

export const strict = { additionalProperties: false } as const;

export function duration(description: string): Type.TString {
  return Type.String({ pattern: patterns.duration, maxLength: 40, description });
}

export function objectName(description: string): Type.TString {
  return Type.String({ pattern: patterns.objectName, maxLength: 253, description });
}

export function textMap(description: string): Type.TUnsafe<Record<string, string>> {
  return Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 4096 },
    maxProperties: 100,
    description,
  });
}

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

/** Which keys open encrypted files. */
export const decryptionSchema = Type.Object(
  {
    keys: Type.Array(keyRefSchema, {
      minItems: 1,
      maxItems: 20,
      description: 'Where the keys stand that open the files.',
    }),
  },
  { ...strict, description: 'How the files are opened.' },
);

export type DecryptionSpec = Type.Static<typeof decryptionSchema>;

export const suspendSchema = Type.Boolean({
  description:
    'Stops fetching and repairing; leases go on at the last accepted revision. Default false.',
});

/** What every kind tells of the annotation `reconcile-at`. */
export const reconciledAtSchema = Type.String({
  description: 'Value of the annotation `mayfly.dev/reconcile-at` at the last look.',
});

/** The conditions of every kind. */
export const conditionsSchema = Type.Array(
  Type.Object({
    type: Type.String({
      description:
        'Ready, Reconciling, Stalled, ClockSkew, OptionalReference; of stores Reachable and LoginAccepted.',
    }),
    status: Type.Enum(['True', 'False', 'Unknown'], {
      type: 'string',
      description: 'Whether it holds.',
    }),
    reason: Type.String({ description: 'One CamelCase word.' }),
    message: Type.String({ description: 'Names file, key path and next step; never a value.' }),
    observedGeneration: Type.Integer({ description: 'The generation it was decided on.' }),
    lastTransitionTime: Type.String({ description: 'When status last changed (RFC 3339).' }),
  }),
  { description: 'Ready always, the others only while true.' },
);

/** `status` of the kinds of which there is nothing else to tell. */
export const plainStatusSchema = Type.Object({
  observedGeneration: Type.Optional(
    Type.Integer({ description: 'The generation the conditions speak about.' }),
  ),
  conditions: Type.Optional(conditionsSchema),
  reconciledAt: Type.Optional(reconciledAtSchema),
});

export type PlainStatus = Type.Static<typeof plainStatusSchema>;
