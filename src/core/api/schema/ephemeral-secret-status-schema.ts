import { Type } from 'typebox';
import { conditionsSchema, reconciledAtSchema } from './schema-parts.ts';

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

export type EphemeralSecretStatus = Type.Static<typeof ephemeralSecretStatusSchema>;
export type SecretRow = Type.Static<typeof secretRowSchema>;
export type FailureRow = Type.Static<typeof failureSchema>;
