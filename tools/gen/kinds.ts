import type { TSchema } from 'typebox';
import { ephemeralSecretSpecSchema } from '#core/api/schema/ephemeral-secret-schema.ts';
import { ephemeralSecretStatusSchema } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { gitSourceSpecSchema, gitSourceStatusSchema } from '#core/api/schema/git-source-schema.ts';
import { accessPolicySpecSchema } from '#core/api/schema/access-policy-schema.ts';
import { plainStatusSchema } from '#core/api/schema/schema-parts.ts';
import { clusterStoreSpecSchema, storeSpecSchema } from '#core/api/schema/store-schema.ts';
import { tenantPolicySpecSchema } from '#core/api/schema/tenant-policy-schema.ts';
import { tokenIssuerSpecSchema } from '#core/api/schema/token-issuer-schema.ts';
import type { KindName } from '#core/api/object.ts';

/** A column of `kubectl get`. */
interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly description: string;
  /** Above 0 the column is shown with `-o wide` only. */
  readonly priority?: number;
}

export interface KindDescriptor {
  readonly kind: KindName;
  readonly shortNames: readonly string[];
  readonly spec: TSchema;
  readonly status: TSchema;
  readonly columns: readonly PrinterColumn[];
}

const ready: PrinterColumn = {
  name: 'Ready',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
  description: 'Whether all is well.',
};

const message: PrinterColumn = {
  name: 'Status',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].message',
  description: 'What the Ready condition says.',
};

const revision: PrinterColumn = {
  name: 'Revision',
  type: 'string',
  jsonPath: '.status.revision',
  description: 'The accepted commit.',
};

const age: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'When it was created.',
};

const vaultAddress: PrinterColumn = {
  name: 'Address',
  type: 'string',
  jsonPath: '.spec.provider.vault.address',
  description: 'Where it answers.',
};

const mode: PrinterColumn = {
  name: 'Mode',
  type: 'string',
  jsonPath: '.spec.mode',
  description: 'Whether it grants; empty is Enforce.',
};

/** What a CustomResourceDefinition says of a kind beside its schemas. */
export const kinds: readonly KindDescriptor[] = [
  {
    kind: 'GitSource',
    shortNames: ['gsrc'],
    spec: gitSourceSpecSchema,
    status: gitSourceStatusSchema,
    columns: [
      {
        name: 'URL',
        type: 'string',
        jsonPath: '.spec.url',
        description: 'Address of the repository.',
      },
      ready,
      message,
      { ...revision, priority: 1 },
      age,
    ],
  },
  {
    kind: 'EphemeralSecret',
    shortNames: ['esec'],
    spec: ephemeralSecretSpecSchema,
    status: ephemeralSecretStatusSchema,
    columns: [
      ready,
      message,
      {
        name: 'Source',
        type: 'string',
        jsonPath: '.spec.sourceRef.name',
        description: 'The GitSource it follows.',
      },
      {
        name: 'Expires',
        type: 'string',
        jsonPath: '.status.expiresAt',
        description: 'When the first of the leases ends.',
      },
      {
        name: 'Last Sync',
        type: 'date',
        jsonPath: '.status.syncedAt',
        description: 'When the leases were last issued or renewed.',
      },
      {
        name: 'Secrets',
        type: 'integer',
        jsonPath: '.status.secretCount',
        description: 'How many Secrets there are.',
        priority: 1,
      },
      {
        name: 'Failures',
        type: 'integer',
        jsonPath: '.status.failureCount',
        description: 'How many files failed.',
        priority: 1,
      },
      { ...revision, priority: 1 },
      age,
    ],
  },
  {
    kind: 'Store',
    shortNames: ['msto'],
    spec: storeSpecSchema,
    status: plainStatusSchema,
    columns: [vaultAddress, ready, message, age],
  },
  {
    kind: 'AccessPolicy',
    shortNames: ['apol'],
    spec: accessPolicySpecSchema,
    status: plainStatusSchema,
    columns: [mode, ready, message, age],
  },
  {
    kind: 'ClusterStore',
    shortNames: ['mcsto'],
    spec: clusterStoreSpecSchema,
    status: plainStatusSchema,
    columns: [vaultAddress, ready, message, age],
  },
  {
    kind: 'ClusterAccessPolicy',
    shortNames: ['capol'],
    spec: accessPolicySpecSchema,
    status: plainStatusSchema,
    columns: [mode, ready, message, age],
  },
  {
    kind: 'TokenIssuer',
    shortNames: ['tiss'],
    spec: tokenIssuerSpecSchema,
    status: plainStatusSchema,
    columns: [
      {
        name: 'Kind',
        type: 'string',
        jsonPath: '.spec.kind',
        description: 'Whose tokens they are.',
      },
      {
        name: 'Issuer',
        type: 'string',
        jsonPath: '.spec.issuer',
        description: 'The claim `iss`.',
      },
      ready,
      message,
      age,
    ],
  },
  {
    kind: 'TenantPolicy',
    shortNames: ['tpol'],
    spec: tenantPolicySpecSchema,
    status: plainStatusSchema,
    columns: [ready, message, age],
  },
];
