import type { CatalogueEntry } from '../kinds.ts';

/** Answering the API server at admission. */
export const webhookCodes = {
  MAYFLY_WEBHOOK_REVIEW: {
    kind: 'invalid',
    message: 'the admission review cannot be used: {field} {problem}',
    hint: 'apply the webhook configurations of the version that runs: it answers admission.k8s.io/v1 for pods, workloads and its own kinds',
  },
  MAYFLY_WEBHOOK_LATE: {
    kind: 'unavailable',
    message: 'the webhook had no time left to answer: {limit} ms are over',
    hint: 'try again; when it happens often, give the webhook more replicas or more processor time',
  },
  MAYFLY_WEBHOOK_NOT_READY: {
    kind: 'unavailable',
    message: 'the webhook does not know yet what administrators allow',
    hint: 'try again in a moment; its log says what it waits for',
  },
  MAYFLY_WEBHOOK_BROKER_CA: {
    kind: 'invalid',
    message: 'the file {path} holds no PEM certificate for agents to trust the broker by',
    hint: 'put the certificates of its authority there as PEM blocks; pods cannot read what the broker serves until then',
  },
  MAYFLY_HTTP_CERTIFICATE: {
    kind: 'invalid',
    message: 'the certificate {certFile} and the key {keyFile} cannot be used together',
    hint: 'both must be PEM, and the key that of the first certificate',
  },
} as const satisfies Record<string, CatalogueEntry>;
