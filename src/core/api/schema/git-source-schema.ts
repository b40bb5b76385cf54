import { Type } from 'typebox';
import {
  conditionsSchema,
  reconciledAtSchema,
  duration,
  objectName,
  patterns,
  strict,
  suspendSchema,
} from './schema-parts.ts';

const refSchema = Type.Object(
  {
    branch: Type.Optional(
      Type.String({
        pattern: patterns.gitName,
        maxLength: 255,
        description: 'Follows the tip of this branch.',
      }),
    ),
    tag: Type.Optional(
      Type.String({
        pattern: patterns.gitName,
        maxLength: 255,
        description: 'Stays at this tag; a moved tag is refused.',
      }),
    ),
    semver: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Follows the highest tag in this range, for example `>=1.2.0 <2.0.0`.',
      }),
    ),
    commit: Type.Optional(
      Type.String({
        pattern: patterns.commit,
        maxLength: 64,
        description: 'Stays at this commit.',
      }),
    ),
  },
  { ...strict, minProperties: 1, maxProperties: 1, description: 'What is followed: exactly one.' },
);

const authSchema = Type.Object(
  {
    type: Type.Enum(['none', 'basic', 'bearer', 'ssh'], {
      type: 'string',
      description: 'How Mayfly identifies itself to the git host.',
    }),
    secretRef: Type.Optional(
      Type.Object(
        { name: objectName('Name of the Secret (standalone: of the key folder).') },
        {
          ...strict,
          description:
            'Of the same namespace. Keys: basic `username` and `password`; bearer `bearerToken`; ssh `identity`, `known_hosts` and, for an encrypted key, `password`; for https also `ca.crt` to trust instead of the system.',
        },
      ),
    ),
  },
  { ...strict, description: 'Credentials of the git host. Default none.' },
);

const limitsSchema = Type.Object(
  {
    bytes: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Size of the local copy and of one fetch, in bytes.',
      }),
    ),
    files: Type.Optional(
      Type.Integer({ minimum: 1, description: 'How many files are read at most.' }),
    ),
    fileBytes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 5 * 1024 * 1024,
        description: 'Size of one file, in bytes; 1 MiB unless told, at most 5 MiB.',
      }),
    ),
  },
  {
    ...strict,
    description: 'Limits below those of the administrator; higher ones have no effect.',
  },
);

const hookSchema = Type.Object(
  {
    type: Type.Enum(['github', 'gitlab', 'generic'], {
      type: 'string',
      description: 'Whose push notifications arrive at `/hooks/<namespace>/<name>`.',
    }),
    secretRef: Type.Object(
      { name: objectName('Name of the Secret with the key `token`.') },
      { ...strict, description: 'Holds what the sender proves itself with.' },
    ),
  },
  { ...strict, description: 'Lets the git host shorten the wait for the next poll.' },
);

/** `spec` of a GitSource. */
export const gitSourceSpecSchema = Type.Object(
  {
    url: Type.String({
      pattern: patterns.gitUrl,
      maxLength: 2048,
      description: 'Address of the repository, https or ssh.',
    }),
    ref: refSchema,
    interval: Type.Optional(duration('How often the host is asked. Default 1m.')),
    timeout: Type.Optional(duration('How long one fetch may take. Default 60s.')),
    auth: Type.Optional(authSchema),
    history: Type.Optional(
      Type.Enum(['FastForwardOnly', 'Any'], {
        type: 'string',
        description:
          'FastForwardOnly (default) refuses a force-pushed branch, a moved tag and a lower version; Any accepts them.',
      }),
    ),
    rollback: Type.Optional(
      Type.Enum(['Warn', 'Refuse'], {
        type: 'string',
        description:
          'What to do with a file that says it is older than the one before it. Default Warn: a revert is normal.',
      }),
    ),
    include: Type.Optional(
      Type.Array(Type.String({ pattern: patterns.path, maxLength: 1000 }), {
        maxItems: 100,
        description: 'Globs (`*`, `**`, `?`) of the repository paths to read. Default all.',
      }),
    ),
    limits: Type.Optional(limitsSchema),
    hook: Type.Optional(hookSchema),
    suspend: Type.Optional(suspendSchema),
  },
  { ...strict, description: 'A git repository that is followed.' },
);

/** `status` of a GitSource. */
export const gitSourceStatusSchema = Type.Object({
  observedGeneration: Type.Optional(
    Type.Integer({ description: 'The generation the conditions speak about.' }),
  ),
  conditions: Type.Optional(conditionsSchema),
  reconciledAt: Type.Optional(reconciledAtSchema),
  revision: Type.Optional(Type.String({ description: 'The accepted commit.' })),
  tag: Type.Optional(Type.String({ description: 'The tag that was followed to it.' })),
  origin: Type.Optional(
    Type.String({
      description: 'Digest of the address and reference the revision was accepted from.',
    }),
  ),
  files: Type.Optional(Type.Integer({ description: 'How many files are read at this revision.' })),
  digest: Type.Optional(Type.String({ description: 'Digest of their paths and contents.' })),
  forcedBy: Type.Optional(
    Type.String({ description: 'Value of the force annotation that was last obeyed.' }),
  ),
});

export type GitSourceSpec = Type.Static<typeof gitSourceSpecSchema>;
export type GitSourceStatus = Type.Static<typeof gitSourceStatusSchema>;
