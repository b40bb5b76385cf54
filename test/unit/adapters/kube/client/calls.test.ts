import { afterEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '#test/support/expect-code.ts';
import { settle } from '#test/support/fake-clock.ts';
import { until } from '#test/support/until.ts';
import {
  createClientSetup,
  hangUp,
  json,
  refusal,
  secretNamed,
  secrets,
  silence,
  web,
  type ClientSetup,
} from './client-setup.ts';

let setup: ClientSetup;
afterEach(() => setup.close());

describe('a read', () => {
  it('says who asks and answers the object', async () => {
    setup = await createClientSetup();
    setup.answer(json(secretNamed('web')));
    const answer = await setup.api.get(web, setup.call);
    expect(answer?.metadata.uid).toBe('uid-of-web');
    const [request] = setup.seen;
    expect(request?.url).toBe('/api/v1/namespaces/shop/secrets/web');
    expect(request?.headers['user-agent']).toBe('mayfly/1.2.3');
    expect(request?.headers.authorization).toBe('Bearer token-of-mayfly');
    expect(setup.calls).toEqual([{ verb: 'get', resource: 'secrets', code: '200', ms: 0 }]);
  });

  it('asks for metadata alone in the words of the API', async () => {
    setup = await createClientSetup();
    // What a server answers when it finds none.
    const none = { metadata: { resourceVersion: '9' }, items: null };
    setup.answer(json(secretNamed('web')), json(none));
    await setup.api.get(web, { ...setup.call, metadataOnly: true });
    const query = { resource: secrets, metadataOnly: true };
    const { items } = await setup.api.list(query, { ...setup.call, limit: 500 });
    expect(items).toEqual([]);
    expect(setup.seen.map(({ headers }) => headers.accept)).toEqual([
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
    ]);
  });

  it('is null only when the server says that this very object is not there', async () => {
    setup = await createClientSetup();
    setup.answer(refusal(404, 'NotFound', { details: { name: 'web', kind: 'secrets' } }));
    expect(await setup.api.get(web, setup.call)).toBeNull();
    setup.answer(json('404 page not found', 404));
    await expectCode(setup.api.get(web, setup.call), 'MAYFLY_KUBE_NOT_FOUND');
    setup.answer(refusal(404, 'NotFound', { details: { name: 'other' } }));
    await expectCode(setup.api.get(web, setup.call), 'MAYFLY_KUBE_NOT_FOUND');
  });

  it('is repeated after a failure that may pass, and uses one connection while all is well', async () => {
    setup = await createClientSetup();
    setup.answer(hangUp(), refusal(500, 'InternalError'), json(secretNamed('web')));
    const reading = setup.api.get(web, setup.call);
    await until(
      () => setup.calls.length === 3,
      () => setup.clock.advance(100),
    );
    expect((await reading)?.metadata.name).toBe('web');
    await setup.api.get(web, setup.call);
    expect(setup.calls.map(({ code }) => code)).toEqual(['none', '500', '200', '200']);
    expect(setup.seen[3]?.port).toBe(setup.seen[2]?.port);
  });

  it('fails at the fourth failure', async () => {
    setup = await createClientSetup();
    setup.answer(refusal(503, 'ServiceUnavailable'));
    const failure = expectCode(setup.api.get(web, setup.call), 'MAYFLY_KUBE_UNAVAILABLE');
    await until(
      () => setup.calls.length === 4,
      () => setup.clock.advance(1000),
    );
    expect((await failure).message).toContain('get secrets shop/web: ServiceUnavailable');
  });

  it('fails in time when the server does not answer', async () => {
    setup = await createClientSetup({ timeoutMs: 3000 });
    setup.answer(silence());
    const failure = expectCode(setup.api.get(web, setup.call), 'MAYFLY_KUBE_UNAVAILABLE');
    await until(
      () => setup.calls.length === 1,
      () => setup.clock.advance(1000),
    );
    expect((await failure).message).toContain('no answer in time');
    expect(setup.seen).toHaveLength(1);
    await until(() => setup.sockets.size === 0);
  });

  it('ends with the signal, in whatever state it is', async () => {
    setup = await createClientSetup({ perSecond: 1, burst: 1 });
    setup.answer(silence());
    const sent = setup.api.get(web, setup.call);
    const waiting = setup.api.get(web, setup.call);
    await until(() => setup.seen.length === 1);
    const reason = new Error('over');
    setup.abort(reason);
    await expect(sent).rejects.toBe(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(setup.api.get(web, setup.call)).rejects.toBe(reason);
    await until(() => setup.sockets.size === 0);
    expect(setup.seen).toHaveLength(1);
  });
});

describe('a list', () => {
  it('asks for pages, and again for half of one that is too large', async () => {
    setup = await createClientSetup({ answerBytes: 500 });
    const large = { metadata: { resourceVersion: '9' }, items: [], padding: 'x'.repeat(600) };
    const page = {
      metadata: { resourceVersion: '9', continue: 'more' },
      items: [secretNamed('web')],
    };
    setup.answer(json(large), json(page));
    const query = { resource: secrets, namespace: 'shop', labelSelector: 'a=b' };
    const answer = await setup.api.list(query, { ...setup.call, limit: 500, next: 'token' });
    expect(answer).toMatchObject({ next: 'more', resourceVersion: '9' });
    expect(answer.items.map(({ metadata }) => metadata.name)).toEqual(['web']);
    await setup.api.list({ resource: secrets }, { ...setup.call, limit: 500 });
    expect(setup.seen.map(({ url }) => url)).toEqual([
      '/api/v1/namespaces/shop/secrets?labelSelector=a%3Db&limit=500&continue=token',
      '/api/v1/namespaces/shop/secrets?labelSelector=a%3Db&limit=250&continue=token',
      '/api/v1/secrets?limit=250',
    ]);
  });

  it('fails when a single object is too large', async () => {
    setup = await createClientSetup({ answerBytes: 500 });
    setup.answer(json({ padding: 'x'.repeat(600) }));
    const query = { resource: secrets };
    await expectCode(setup.api.list(query, { ...setup.call, limit: 1 }), 'MAYFLY_KUBE_TOO_LARGE');
  });
});

describe('a write', () => {
  it('is sent as the field manager, strictly, with what its place says', async () => {
    setup = await createClientSetup();
    setup.answer(json(secretNamed('web')));
    const on = { uid: 'u1', resourceVersion: '5' };
    await setup.api.create(web, { type: 'Opaque' }, setup.call);
    await setup.api.apply(web, { data: {} }, { ...setup.call, on });
    await setup.api.patch(web, { status: {} }, { ...setup.call, on, subresource: 'status' });
    await setup.api.replace(web, { metadata: { resourceVersion: '5' } }, setup.call);
    await setup.api.delete(web, { ...setup.call, on: { uid: 'u1' } });
    const [ours, path] = [
      'fieldManager=mayfly&fieldValidation=Strict',
      '/api/v1/namespaces/shop/secrets',
    ];
    expect(setup.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `POST ${path}?${ours}`,
      `PATCH ${path}/web?${ours}&force=true`,
      `PATCH ${path}/web/status?${ours}`,
      `PUT ${path}/web?${ours}`,
      `DELETE ${path}/web`,
    ]);
    const metadata = { name: 'web', namespace: 'shop' };
    const type = { apiVersion: 'v1', kind: 'Secret' };
    expect(setup.seen.map(({ body }) => body)).toEqual([
      { ...type, type: 'Opaque', metadata },
      { ...type, data: {}, metadata: { ...metadata, ...on } },
      { status: {}, metadata: on },
      { ...type, metadata: { ...metadata, resourceVersion: '5' } },
      { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'u1' } },
    ]);
    expect(setup.seen.map(({ headers }) => headers['content-type'])).toEqual([
      'application/json',
      'application/apply-patch+yaml',
      'application/merge-patch+json',
      'application/json',
      'application/json',
    ]);
  });

  it('is made as somebody else when asked', async () => {
    setup = await createClientSetup();
    setup.answer(json(secretNamed('web')));
    const as = { user: 'system:serviceaccount:shop:app', groups: ['system:serviceaccounts', 'b'] };
    await setup.api.create(web, {}, { ...setup.call, as });
    expect(setup.seen[0]?.headers['impersonate-user']).toBe(as.user);
    expect(setup.seen[0]?.headers['impersonate-group']).toBe('system:serviceaccounts, b');
    expect(setup.seen[0]?.headers['impersonate-extra-mayfly.dev%2fwriter']).toBe('mayfly');
  });

  it('is not repeated once the server may have acted on it', async () => {
    setup = await createClientSetup();
    setup.answer(hangUp());
    await expectCode(setup.api.create(web, {}, setup.call), 'MAYFLY_KUBE_UNAVAILABLE');
    setup.answer(refusal(500, 'InternalError'));
    await expectCode(setup.api.delete(web, setup.call), 'MAYFLY_KUBE_UNAVAILABLE');
    expect(setup.seen).toHaveLength(2);
  });

  it('is repeated when there was no connection, and when the server asked to wait', async () => {
    setup = await createClientSetup();
    const here = `https://127.0.0.1:${await portOf(setup)}`;
    setup.moveTo('https://127.0.0.1:1');
    const waitLonger = refusal(429, 'TooManyRequests');
    setup.answer(waitLonger, json(secretNamed('web')));
    const writing = setup.api.create(web, {}, setup.call);
    await until(() => setup.calls.length === 2);
    setup.moveTo(here);
    await until(
      () => setup.calls.length === 4,
      () => setup.clock.advance(100),
    );
    expect((await writing).metadata.name).toBe('web');
    expect(setup.calls.map(({ code }) => code)).toEqual(['200', 'none', '429', '200']);
  });

  it('is not sent by a process that does not lead any more, also when it lost that while it connected', async () => {
    setup = await createClientSetup();
    const writing = setup.api.create(web, {}, setup.call);
    setup.setLeading(false);
    await expectCode(writing, 'MAYFLY_KUBE_FENCED');
    await expectCode(setup.api.delete(web, setup.call), 'MAYFLY_KUBE_FENCED');
    setup.answer(json(secretNamed('web')));
    await setup.api.get(web, setup.call);
    expect(setup.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  it('to an object that is gone fails, but for a delete', async () => {
    setup = await createClientSetup();
    setup.answer(refusal(404, 'NotFound', { details: { name: 'web' } }));
    await expectCode(setup.api.patch(web, {}, setup.call), 'MAYFLY_KUBE_NOT_FOUND');
    await setup.api.delete(web, setup.call);
    setup.answer(json('404 page not found', 404));
    await expectCode(setup.api.delete(web, setup.call), 'MAYFLY_KUBE_NOT_FOUND');
  });
});

describe('a wait that the server asks for', () => {
  it('holds for all calls', async () => {
    setup = await createClientSetup();
    setup.answer(
      json({ reason: 'TooManyRequests' }, 429, { 'retry-after': '7' }),
      json(secretNamed('web')),
    );
    const first = setup.api.get(web, setup.call);
    await until(() => setup.calls.length === 1);
    const second = setup.api.get(web, setup.call);
    await setup.clock.advance(6900);
    expect(setup.seen).toHaveLength(1);
    await until(
      () => setup.calls.length === 3,
      () => setup.clock.advance(500),
    );
    await Promise.all([first, second]);
    await settle();
  });
});

/** Where the server of a setup listens. */
async function portOf({ api, answer, call, sockets }: ClientSetup): Promise<number> {
  answer(json(secretNamed('web')));
  await api.get(web, call);
  return [...sockets][0]?.localPort ?? 0;
}
