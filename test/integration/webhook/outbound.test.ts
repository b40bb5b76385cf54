import { channel } from 'node:diagnostics_channel';
import dns from 'node:dns';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createFakeView } from '#test/support/webhook/fake-view.ts';
import { aPod, asking } from '#test/support/webhook/pods.ts';
import { aReview } from '#test/support/webhook/review-client.ts';
import { openWebhookStage, type WebhookStage } from '#test/support/webhook/webhook-stage.ts';
import { createDecisions } from '../../../webhook/decisions.ts';

const sockets = channel('net.client.socket');
const programs = channel('child_process');
const dialled: Socket[] = [];
const started: unknown[] = [];

function noteSocket(message: unknown): void {
  dialled.push((message as { readonly socket: Socket }).socket);
}

function noteProgram(message: unknown): void {
  started.push(message);
}

let stage: WebhookStage;

beforeEach(async () => {
  stage = await openWebhookStage({
    decisions: createDecisions(createFakeView({ supplies: [{ makes: 'db' }] })),
  });
  sockets.subscribe(noteSocket);
  programs.subscribe(noteProgram);
});

afterEach(async () => {
  sockets.unsubscribe(noteSocket);
  programs.unsubscribe(noteProgram);
  await stage.close();
});

const pod = { group: '', version: 'v1', kind: 'Pod' };
const own = { group: 'mayfly.dev', version: 'v1alpha1', kind: 'GitSource' };
const source = { url: 'https://192.0.2.1/repo.git', ref: { branch: 'main' } };
const annotations = {
  ...asking,
  'mayfly.dev/wait-for-secrets': 'true',
  'mayfly.dev/template.x': '{{ with secret "cluster/vault:secret/data/x" }}{{ .a }}{{ end }}',
};
const hostile = {
  'mayfly.dev/secret.db': 'https%3A//192.0.2.1:8200',
  'mayfly.dev/store': '192.0.2.1',
};
const reviews: readonly (readonly [route: string, object: unknown, kind: object])[] = [
  ['pods', aPod('one', annotations, { imagePullSecrets: [{ name: 'db' }] }), pod],
  ['pods', aPod('two', hostile), pod],
  ['workloads', { spec: { template: aPod('three', annotations) } }, pod],
  ['objects', { metadata: { name: 'one' }, spec: source }, own],
  ['objects', { metadata: { name: 'two' }, spec: {} }, own],
];

it('speaks to nobody while it answers', async () => {
  let lookups = 0;
  const lookup = dns.lookup;
  Object.assign(dns, {
    lookup: (...args: readonly unknown[]) => {
      lookups += 1;
      return Reflect.apply(lookup, dns, args) as unknown;
    },
  });
  for (const [route, object, kind] of Array.from({ length: 40 }, () => reviews).flat()) {
    const answer = await stage.client.send(`/${route}`, JSON.stringify(aReview(object, { kind })));
    expect(answer.status).toBe(200);
  }
  Object.assign(dns, { lookup });
  const others = dialled.filter(({ remotePort }) => remotePort !== stage.port);
  expect(others).toEqual([]);
  // The ones of the test itself, kept open.
  expect(dialled.length).toBeGreaterThan(0);
  expect({ started, lookups }).toEqual({ started: [], lookups: 0 });
});
