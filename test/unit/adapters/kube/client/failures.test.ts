import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { expectCode } from '#test/support/expect-code.ts';
import { until } from '#test/support/until.ts';
import {
  createClientSetup,
  json,
  refusal,
  secretNamed,
  secrets,
  web,
  type ClientSetup,
} from './client-setup.ts';

const canary = 'hunter2-the-value';

let setup: ClientSetup;
afterEach(() => setup.close());

describe('a refusal of the server', () => {
  it.each([
    [400, 'BadRequest', 'MAYFLY_KUBE_REFUSED'],
    [401, 'Unauthorized', 'MAYFLY_KUBE_UNAUTHENTICATED'],
    [403, 'Forbidden', 'MAYFLY_KUBE_REFUSED'],
    [404, 'NotFound', 'MAYFLY_KUBE_NOT_FOUND'],
    [409, 'AlreadyExists', 'MAYFLY_KUBE_EXISTS'],
    [409, 'Conflict', 'MAYFLY_KUBE_CONFLICT'],
    [410, 'Gone', 'MAYFLY_KUBE_EXPIRED'],
    [413, 'RequestEntityTooLarge', 'MAYFLY_KUBE_REFUSED'],
    [415, 'UnsupportedMediaType', 'MAYFLY_KUBE_REFUSED'],
    [422, 'Invalid', 'MAYFLY_KUBE_REFUSED'],
    [500, 'InternalError', 'MAYFLY_KUBE_UNAVAILABLE'],
    [503, 'ServiceUnavailable', 'MAYFLY_KUBE_UNAVAILABLE'],
    [504, 'Timeout', 'MAYFLY_KUBE_UNAVAILABLE'],
    [302, 'Found', 'MAYFLY_KUBE_ANSWER'],
  ] as const)('%i %s is %s, and its words stay with the server', async (status, reason, code) => {
    setup = await createClientSetup();
    const causes = [{ field: `data[${canary}!]`, message: canary }, { field: 'spec.url' }];
    setup.answer(refusal(status, reason, { message: canary, details: { causes } }));
    const error = await expectCode(setup.api.create(web, {}, setup.call), code);
    expect(JSON.stringify(error)).not.toContain(canary);
    expect(error.message).toContain('create secrets shop/web');
    expect(setup.seen).toHaveLength(1);
  });

  it('names the fields that are wrong', async () => {
    setup = await createClientSetup();
    const causes = [{ field: 'spec.url' }, { field: 'spec.url' }, { field: 'data[a-b]' }];
    setup.answer(refusal(422, 'Invalid', { details: { causes } }));
    const error = await expectCode(setup.api.create(web, {}, setup.call), 'MAYFLY_KUBE_REFUSED');
    expect(error.message).toContain('(Invalid: spec.url, data[a-b])');
  });

  it('names the user whose right is missing, and tells a missing right to act as somebody', async () => {
    setup = await createClientSetup();
    const us = 'system:serviceaccount:mayfly-system:mayfly';
    const as = { user: 'system:serviceaccount:shop:app', groups: [] };
    const message = `secrets "web" is forbidden: User "${us}" cannot create resource "secrets"`;
    setup.answer(refusal(403, 'Forbidden', { message }));
    const plain = await expectCode(setup.api.create(web, {}, setup.call), 'MAYFLY_KUBE_FORBIDDEN');
    expect(plain.message).toContain(`create secrets shop/web to ${us}`);
    const other = `serviceaccounts "app" is forbidden: User "${us}" cannot impersonate resource "x"`;
    setup.answer(refusal(403, 'Forbidden', { message: other }));
    const call = { ...setup.call, as };
    const acting = await expectCode(setup.api.create(web, {}, call), 'MAYFLY_KUBE_FORBIDDEN');
    expect(acting.message).toContain(`acting as ${as.user}`);
  });

  it('says that the namespace ends', async () => {
    setup = await createClientSetup();
    const causes = [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }];
    setup.answer(refusal(403, 'Forbidden', { details: { causes } }));
    const creating = setup.api.create(web, {}, setup.call);
    await expectCode(creating, 'MAYFLY_KUBE_NAMESPACE_ENDING');
  });

  it('of another uid means that it is another object now', async () => {
    setup = await createClientSetup();
    setup.answer(refusal(422, 'Invalid', { details: { causes: [{ field: 'metadata.uid' }] } }));
    const on = { uid: 'u1', resourceVersion: '5' };
    await expectCode(setup.api.apply(web, {}, { ...setup.call, on }), 'MAYFLY_KUBE_CONFLICT');
  });

  it('of a field that the kind does not have comes as 500 and is a refusal all the same', async () => {
    setup = await createClientSetup();
    const message = 'failed to create typed patch object (shop/web; /v1, Kind=Secret): .dada: x';
    setup.answer(refusal(500, '', { message }));
    await expectCode(setup.api.apply(web, {}, setup.call), 'MAYFLY_KUBE_REFUSED');
  });

  it('counts also when nothing else of it can be read', async () => {
    setup = await createClientSetup();
    setup.answer(json('<html>', 401));
    await expectCode(setup.api.get(web, setup.call), 'MAYFLY_KUBE_UNAUTHENTICATED');
    setup.answer(json('x'.repeat(2 * 1024 * 1024), 422));
    await expectCode(setup.api.create(web, {}, setup.call), 'MAYFLY_KUBE_REFUSED');
  });

  it('that asks to wait says how long, in seconds or until when', async () => {
    setup = await createClientSetup();
    setup.answer(json({}, 503, { 'retry-after': '20' }));
    const asked = await expectCode(
      setup.api.create(web, {}, setup.call),
      'MAYFLY_KUBE_UNAVAILABLE',
    );
    expect(asked.retryAfterMs).toBe(20_000);
    const date = new Date(setup.clock.now() + 30_000).toUTCString();
    setup.answer(json({}, 429, { 'retry-after': date }));
    const failure = expectCode(setup.api.create(web, {}, setup.call), 'MAYFLY_KUBE_THROTTLED');
    await until(
      () => setup.calls.length === 3,
      () => setup.clock.advance(10_000),
    );
    expect((await failure).kind).toBe('unavailable');
  });
});

describe('an answer that is none', () => {
  it.each([
    ['no JSON', '{"metadata":'],
    ['no object', '[]'],
    ['an object without a uid', { metadata: { name: 'web', resourceVersion: '7' } }],
    [
      'labels that are no texts',
      { metadata: { name: 'w', uid: 'u', resourceVersion: '7', labels: { a: 1 } } },
    ],
  ])('is refused: %s', async (_, body) => {
    setup = await createClientSetup();
    setup.answer(json(body));
    const error = await expectCode(setup.api.get(web, setup.call), 'MAYFLY_KUBE_ANSWER');
    expect(error.message).toContain('get secrets shop/web');
    const query = { resource: secrets };
    await expectCode(setup.api.list(query, { ...setup.call, limit: 1 }), 'MAYFLY_KUBE_ANSWER');
  });

  it('leaves prototypes alone', async () => {
    setup = await createClientSetup();
    const text = JSON.stringify(secretNamed('web', { proto: { isAdmin: true } }));
    setup.answer(json(text.replace('"proto"', '"__proto__"')));
    const plain = await setup.api.get(web, setup.call);
    setup.answer(json(text.replace('"proto"', String.raw`"\u005f_proto__"`)));
    const escaped = await setup.api.get(web, setup.call);
    for (const object of [plain, escaped]) {
      expect(Object.keys(object ?? {})).toEqual(['apiVersion', 'kind', 'metadata']);
      expect(Object.assign({}, object)).not.toHaveProperty('isAdmin');
    }
  });
});

describe('a connection that does not come about', () => {
  it('to a server with a certificate of somebody else is given up', async () => {
    setup = await createClientSetup();
    const other = await createClientSetup();
    other.answer(json(secretNamed('web')));
    await other.api.get(web, other.call);
    setup.moveTo(`https://127.0.0.1:${String([...other.sockets][0]?.localPort)}`);
    const failure = expectCode(setup.api.get(web, setup.call), 'MAYFLY_KUBE_UNAVAILABLE');
    await until(
      () => setup.calls.length === 4,
      () => setup.clock.advance(1000),
    );
    expect((await failure).message).toContain('certificate is not trusted');
    expect(other.seen).toHaveLength(1);
    await other.close();
  });

  it('is not waited for for long', async () => {
    setup = await createClientSetup({ connectTimeoutMs: 2000 });
    const mute = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    setup.moveTo(`https://127.0.0.1:${(mute.address() as AddressInfo).port}`);
    const failure = expectCode(setup.api.get(web, setup.call), 'MAYFLY_KUBE_UNAVAILABLE');
    await until(
      () => setup.calls.length === 4,
      () => setup.clock.advance(500),
    );
    expect((await failure).message).toContain('no connection in time');
    await new Promise((resolve) => mute.close(resolve));
  });
});

describe('a name that would lead elsewhere', () => {
  it.each(['', '.', '..', 'a/b', 'a%2Fb'])('is not sent: %j', async (name) => {
    setup = await createClientSetup();
    await expectCode(setup.api.delete({ ...web, name }, setup.call), 'MAYFLY_KUBE_REFUSED');
    await expectCode(setup.api.get({ ...web, namespace: name }, setup.call), 'MAYFLY_KUBE_REFUSED');
    expect(setup.seen).toHaveLength(0);
  });
});
