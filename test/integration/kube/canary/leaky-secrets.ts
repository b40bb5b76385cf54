import { canary } from '#test/support/canary/find-canary.ts';

/** A Secret that the API server does not take, or that meets another one, with the canary in it. */
export interface LeakySecret {
  /** Of the Secret and of its object. */
  readonly name: string;
  /** The reason that the status gives. */
  readonly reason: string;
  /** Beside kind and name. */
  readonly manifest: object;
  /** More of the spec of its object. */
  readonly spec?: object;
}

const plain = { stringData: { password: canary } };

export const leakySecrets: readonly LeakySecret[] = [
  { name: 'refused-by-policy', reason: 'KubeRefused', manifest: plain },
  {
    name: 'no-registry',
    reason: 'KubeRefused',
    manifest: {
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': canary },
    },
  },
  {
    name: 'no-old-registry',
    reason: 'KubeRefused',
    manifest: { type: 'kubernetes.io/dockercfg', stringData: { '.dockercfg': canary } },
  },
  {
    name: 'no-certificate',
    reason: 'KubeRefused',
    manifest: { type: 'kubernetes.io/tls', stringData: { 'tls.key': canary } },
  },
  {
    name: 'no-ssh-key',
    reason: 'KubeRefused',
    manifest: { type: 'kubernetes.io/ssh-auth', stringData: { password: canary } },
  },
  {
    name: 'no-right',
    reason: 'KubeForbidden',
    manifest: plain,
    spec: { serviceAccountName: 'nobody' },
  },
  { name: 'taken', reason: 'SinkNotOwned', manifest: plain },
  {
    name: 'kept',
    reason: 'SinkNotAdoptable',
    manifest: plain,
    spec: { target: { manifests: { ownership: 'Adopt' } } },
  },
  {
    name: 'key-is-canary',
    reason: 'AgeIdentityInvalid',
    manifest: plain,
    spec: { decryption: { keys: [{ secretRef: { name: 'leaky-identity' } }] } },
  },
  {
    name: 'key-is-token',
    reason: 'KeyToken',
    manifest: plain,
    spec: { decryption: { keys: [{ secretRef: { name: 'token' } }] } },
  },
];

/** What others write over a Secret of Mayfly's, which then is repaired. */
export const handEdits: readonly { readonly deed: string; readonly [field: string]: unknown }[] = [
  { deed: 'another value', stringData: { password: `${canary}, by hand` } },
  { deed: 'one more key', stringData: { more: canary } },
  { deed: 'no value at all', data: null },
  {
    deed: 'values that nobody can change',
    stringData: { password: `${canary}, for ever` },
    immutable: true,
  },
];

const match = {
  resourceRules: [
    { apiGroups: [''], apiVersions: ['v1'], resources: ['secrets'], operations: ['CREATE'] },
  ],
};

/** A policy of somebody who does not know better: its message quotes the value. */
export const quotingPolicy = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'quoting' },
    spec: {
      matchConstraints: match,
      validations: [
        {
          expression: "!object.metadata.name.startsWith('refused-')",
          messageExpression: "'the password is ' + string(object.data.password)",
        },
      ],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'quoting' },
    spec: { policyName: 'quoting', validationActions: ['Deny'] },
  },
];
