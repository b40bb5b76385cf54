import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFakeView } from '#test/support/webhook/fake-view.ts';
import { aPod, asking } from '#test/support/webhook/pods.ts';
import { aReview, type ReviewAnswer } from '#test/support/webhook/review-client.ts';
import { openWebhookStage, type WebhookStage } from '#test/support/webhook/webhook-stage.ts';
import { createDecisions } from '../../../webhook/decisions.ts';

/** Far above what it takes on a busy machine, far below the time-out of an API server. */
const fastMs = 1500;
const mebibyte = 1024 * 1024;
const uid = '705ab4f5-6393-11e8-b7cc-42010a800002';

/** What is answered: an HTTP status where there is nobody to answer to, else whether it is allowed, and with which code. */
interface Wanted {
  readonly status?: number;
  readonly allowed?: boolean;
  readonly says?: string;
  readonly uid?: string;
}

interface Row extends Wanted {
  readonly when: string;
  readonly body: string | Uint8Array;
  readonly path?: string;
  readonly contentType?: string;
}

function review(object: unknown, request: object = {}): string {
  return JSON.stringify(aReview(object, request));
}

function nested(depth: number, open: string, close: string): string {
  return `${open.repeat(depth)}0${close.repeat(depth)}`;
}

function withAnnotation(text: string): string {
  return review(aPod('one', asking)).replace('"mayfly.dev/secret.db"', text);
}

const entries = Array.from({ length: 5000 }, (_, index) => ({
  name: `V${index}`,
  value: 'mayfly:cluster/vault:secret/data/db#key',
}));
const many = { containers: [{ name: 'app', image: 'a', env: entries }] };
const noted = Object.fromEntries(
  Array.from({ length: 5000 }, (_, index) => [`mayfly.dev/unknown-${index}`, 'x']),
);
const hostile = 'x\u0000\u202e\n\u001b[31m{{template}}$(id)';

const rows: readonly Row[] = [
  { when: 'nothing', body: '', status: 400 },
  { when: 'no JSON', body: '{"request":', status: 400 },
  { when: 'bytes that are no text', body: Buffer.from([0xff, 0xfe, 0x00, 0x80]), status: 400 },
  { when: 'a number', body: '1', status: 400 },
  { when: 'null', body: 'null', status: 400 },
  { when: 'a list', body: '[]', status: 400 },
  { when: 'another content type', body: review({}), contentType: 'text/xml', status: 415 },
  { when: 'a body over the limit', body: Buffer.alloc(7 * mebibyte + 1, ' '), status: 413 },
  { when: 'an unknown route', body: review({}), path: '/tokens', status: 404 },
  { when: 'no request', body: '{"apiVersion":"admission.k8s.io/v1"}', status: 400 },
  { when: 'no uid', body: review({}, { uid: undefined }), status: 400 },
  { when: 'an empty uid', body: review({}, { uid: '' }), status: 400 },
  { when: 'a uid that is a number', body: review({}, { uid: 7 }), status: 400 },
  {
    when: 'a uid of 10,000 characters',
    body: review({}, { uid: 'u'.repeat(10_000) }),
    status: 400,
  },
  {
    when: 'an older version',
    body: review({}).replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1'),
    allowed: false,
    says: 'MAYFLY_WEBHOOK_REVIEW',
  },
  {
    when: 'another kind',
    body: review({}).replace('AdmissionReview', 'ConversionReview'),
    allowed: false,
    says: 'MAYFLY_WEBHOOK_REVIEW',
  },
  {
    when: 'an operation that does not exist',
    body: review({}, { operation: 'EAT' }),
    allowed: false,
    says: 'review.request.operation',
  },
  {
    when: 'no kind',
    body: review({}, { kind: null }),
    allowed: false,
    says: 'review.request.kind',
  },
  { when: 'no object', body: review(undefined), allowed: false, says: 'pod' },
  { when: 'null in place of an object', body: review(null), allowed: false, says: 'pod' },
  { when: 'a text in place of an object', body: review('pod'), allowed: false, says: 'pod' },
  { when: 'a pod without spec', body: review({ metadata: {} }), allowed: false, says: 'pod.spec' },
  {
    when: 'containers that are no list',
    body: review({ spec: { containers: {} } }),
    allowed: false,
    says: 'pod.spec.containers',
  },
  {
    when: 'annotations that are no texts',
    body: review({ metadata: { annotations: { a: {} } }, spec: { containers: [] } }),
    allowed: false,
    says: 'pod.metadata.annotations',
  },
  {
    when: 'an annotation of a hostile name',
    body: review(aPod('one', { [`mayfly.dev/${hostile}`]: 'x' })),
    allowed: false,
    says: 'MAYFLY_POD_ANNOTATION_UNKNOWN',
  },
  {
    when: 'a container of a hostile name',
    body: review(aPod('one', { ...asking, 'mayfly.dev/containers': hostile })),
    allowed: false,
    says: 'MAYFLY_POD_',
  },
  {
    when: 'a namespace of 100,000 characters',
    body: review(aPod('one', asking), { namespace: 'n'.repeat(100_000) }),
    allowed: false,
    says: 'review.request.namespace',
  },
  {
    when: 'a key that would be a prototype',
    body: withAnnotation('"__proto__":{"polluted":"yes"},"mayfly.dev/secret.db"'),
    status: 400,
  },
  {
    when: 'a key twice: the last one counts, as for the API server',
    body: withAnnotation('"mayfly.dev/secret.db":"wrong","mayfly.dev/secret.db"'),
    allowed: true,
  },
  {
    when: 'a uid twice: the last one is answered',
    body: review(aPod('one')).replace('"uid":', '"uid":"first","uid":'),
    allowed: true,
  },
  {
    when: '5,000 variables that are references, where there are none',
    body: review({ spec: many }),
    allowed: false,
    says: 'MAYFLY_POD_ENV_OFF',
  },
  {
    when: '5,000 unknown annotations',
    body: review(aPod('one', noted)),
    allowed: false,
    says: 'MAYFLY_POD_ANNOTATION_UNKNOWN',
  },
  {
    when: '100,000 lists in each other',
    body: review('DEEP').replace('"DEEP"', nested(100_000, '[', ']')),
    allowed: false,
    says: 'MAYFLY_',
  },
  {
    when: '100,000 objects in each other below a pod that is right',
    body: review({ ...aPod('one', asking), status: 'DEEP' }).replace(
      '"DEEP"',
      nested(100_000, '{"a":', '}'),
    ),
    allowed: true,
  },
  {
    when: 'an object of 3 MiB',
    body: review({ ...aPod('one', asking), status: 'x'.repeat(3 * mebibyte) }),
    allowed: true,
  },
  {
    when: 'a workload without a template',
    body: review({ spec: {} }),
    path: '/workloads',
    allowed: true,
  },
  {
    when: 'an object of Mayfly without spec',
    body: review({ metadata: {} }, { kind: { group: 'mayfly.dev', version: 'v9', kind: 'Store' } }),
    path: '/objects',
    allowed: false,
    says: 'MAYFLY_OBJECT_',
  },
];

describe('the webhook', () => {
  let stage: WebhookStage;

  beforeAll(async () => {
    stage = await openWebhookStage({ decisions: createDecisions(createFakeView()) });
    await stage.client.send('/pods', review(aPod('warm', asking)));
  });

  afterAll(async () => {
    await stage.close();
  });

  function expectAnswer(answer: ReviewAnswer, wanted: Wanted): void {
    const { status, response } = answer;
    if (wanted.status !== undefined) {
      expect({ status, response }).toEqual({ status: wanted.status, response: {} });
      return;
    }
    expect({ status, uid: response.uid, allowed: response.allowed }).toEqual({
      status: 200,
      uid,
      allowed: wanted.allowed,
    });
    const message = response.status?.message ?? '';
    expect(message).toContain(wanted.says ?? '');
    expect(message.length).toBeLessThan(32_000);
    // Nothing that a terminal would act on.
    expect(message.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }

  it.each(rows)('answers $when, rightly and fast', async ({ path = '/pods', ...row }) => {
    const answer = await stage.client.send(path, row.body, row.contentType);
    expectAnswer(answer, row);
    expect(answer.ms).toBeLessThan(fastMs);
    expect(stage.panics()).toBe(0);
    expect({}).not.toHaveProperty('polluted');
  });

  it('has answered more than thirty of them', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30);
  });
});
