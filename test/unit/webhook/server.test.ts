import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { createError } from '#core/errors/mayfly-error.ts';
import { replaceCertificate } from '#platform/http/create-http-server.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { aReview, createReviewClient } from '#test/support/webhook/review-client.ts';
import {
  openWebhookStage,
  type StageOptions,
  type WebhookStage,
} from '#test/support/webhook/webhook-stage.ts';
import { renderWarning } from '../../../webhook/review.ts';

const open: WebhookStage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function openStage(options: StageOptions = {}): Promise<WebhookStage> {
  const stage = await openWebhookStage(options);
  open.push(stage);
  return stage;
}

const review = JSON.stringify(aReview({ metadata: {}, spec: { containers: [] } }));
const uid = '705ab4f5-6393-11e8-b7cc-42010a800002';

describe('the webhook server', () => {
  it('answers a review with its uid and a patch', async () => {
    const patch = [{ op: 'add', path: '/spec/x', value: 1 }] as const;
    const { client, counted } = await openStage({
      decisions: { pods: () => ({ kind: 'allow', patch, warnings: ['first'] }) },
    });
    const { status, response } = await client.send('/pods', review);
    expect(status).toBe(200);
    expect(response).toEqual({
      uid,
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
      warnings: ['first'],
    });
    expect(counted).toEqual(['pods patched']);
  });

  it('tells every error of a refusal, with its code and hint', async () => {
    const errors = ['spec.a', 'spec.b'].map((field) =>
      createError('MAYFLY_OBJECT_FIELD_MISSING', { field }),
    );
    const { client, counted } = await openStage({
      decisions: { objects: () => ({ kind: 'deny', errors }) },
    });
    const { response } = await client.send('/objects', review);
    expect(response).toMatchObject({ uid, allowed: false, status: { code: 400 } });
    for (const { message, hint } of errors) {
      expect(response.status?.message).toContain(
        `- ${message} [MAYFLY_OBJECT_FIELD_MISSING]: ${hint}`,
      );
    }
    expect(counted).toEqual(['objects denied']);
  });

  it('contains what breaks while it decides, counts it and quotes nothing of it', async () => {
    const broken = (): never => {
      throw new Error('hunter2');
    };
    const stage = await openStage({ decisions: { pods: broken, workloads: broken } });
    const pods = await stage.client.send('/pods', review);
    const workloads = await stage.client.send('/workloads', review);
    expect(pods.response).toMatchObject({ uid, allowed: false, status: { code: 500 } });
    expect(pods.response.status?.message).toContain('MAYFLY_INTERNAL_BUG');
    expect(workloads.response).toMatchObject({ uid, allowed: true });
    expect(stage.panics()).toBe(2);
    expect(stage.counted).toEqual(['pods failed', 'workloads failed']);
    expect(JSON.stringify([pods.response, workloads.response])).not.toContain('hunter2');
  });

  it('refuses what it has no time left to decide, and lets workloads be', async () => {
    let now = 0;
    const { client } = await openStage({ deadlineMs: 3000, ticks: () => (now += 2000) });
    const { response } = await client.send('/pods', review);
    expect(response.allowed).toBe(true);
    now += 1;
    const late = await openStage({ deadlineMs: 3000, ticks: () => (now += 4000) });
    const answers = [
      await late.client.send('/pods', review),
      await late.client.send('/workloads', review),
    ];
    expect(answers.map((answer) => answer.response.allowed)).toEqual([false, true]);
    expect(answers[0]?.response.status).toMatchObject({ code: 503 });
    expect(answers[0]?.response.status?.message).toContain('MAYFLY_WEBHOOK_LATE');
    expect(answers[1]?.response.warnings?.[0]).toContain('MAYFLY_WEBHOOK_LATE');
  });

  it('passes on a refusal of its parts as it is', async () => {
    const stage = await openStage({
      decisions: {
        pods: () => {
          throw createError('MAYFLY_WEBHOOK_NOT_READY', {});
        },
      },
    });
    const { response } = await stage.client.send('/pods', review);
    expect(response.status).toMatchObject({ code: 503 });
    expect(stage.panics()).toBe(0);
  });

  it('cuts warnings to what an API server passes on', async () => {
    const warnings = Array.from({ length: 40 }, () => 'x'.repeat(400));
    const { client } = await openStage({
      decisions: { workloads: () => ({ kind: 'allow', patch: [], warnings }) },
    });
    const { response } = await client.send('/workloads', review);
    expect(response.warnings).toHaveLength(16);
    expect(response.warnings?.every((warning) => warning.length <= 256)).toBe(true);
    const error = createError('MAYFLY_OBJECT_FIELD_MISSING', { field: 'spec.url' });
    expect(renderWarning(error)).toBe(
      'mayfly: the field spec.url is missing [MAYFLY_OBJECT_FIELD_MISSING]',
    );
  });

  it('ends a request that does not come in time', async () => {
    const { port, certificates } = await openStage({ deadlineMs: 200 });
    const socket = connect({ port, host: '127.0.0.1', ca: certificates.caPem });
    await once(socket, 'secureConnect');
    socket.write('POST /pods HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n');
    socket.write('content-length: 100\r\n\r\n{');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 408/u);
  });

  it('cuts senders off that together send more than it can hold', async () => {
    const { port, certificates, client } = await openStage();
    const body = Buffer.alloc(7 * 1024 * 1024 - 1, ' ');
    const head = `POST /pods HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length + 1}\r\n\r\n`;
    const sockets = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const socket = connect({ port, host: '127.0.0.1', ca: certificates.caPem });
        await once(socket, 'secureConnect');
        socket.on('error', () => undefined);
        socket.write(head);
        socket.write(body);
        return socket;
      }),
    );
    const cut = sockets.map(
      async (socket) => await new Promise<void>((resolve) => socket.on('close', () => resolve())),
    );
    await Promise.race(cut);
    for (const socket of sockets) socket.destroy();
    await Promise.all(cut);
    expect((await client.send('/pods', review)).response.allowed).toBe(true);
  });

  it('keeps no connection once it is about to close', async () => {
    const { client } = await openStage({ isEnding: () => true });
    expect(await client.send('/pods', review)).toMatchObject({ connection: 'close', status: 200 });
  });

  it('shows a new certificate to new connections', async () => {
    const { server, port } = await openStage();
    const next = await createTestCertificates(['localhost', '127.0.0.1']);
    replaceCertificate(server, {
      cert: Buffer.from(next.certPem),
      key: Buffer.from(next.keyPem),
    });
    const client = createReviewClient({ port, caPem: next.caPem });
    expect((await client.send('/pods', review)).response.allowed).toBe(true);
    client.close();
  });
});
