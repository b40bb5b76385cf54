import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as sendHttps } from 'node:https';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type {
  Cluster,
  ClusterAnswer,
  ClusterRequest,
} from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import {
  createClusterFaultProxy,
  type ClusterFaultProxy,
} from '#test/support/cluster/fault-proxy.ts';
import {
  answerErrorEvent,
  answerStatus,
  everyNth,
  firstOf,
  isList,
  isWatch,
  isWrite,
  type EventFault,
  type RequestFault,
} from '#test/support/cluster/faults/faults.ts';
import { until } from '#test/support/until.ts';

const secrets = '/api/v1/namespaces/default/secrets';
const watchPath = `${secrets}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;

interface OpenWatch {
  /** The names of the objects in whole events. */
  readonly names: string[];
  readonly types: string[];
  readonly state: 'open' | 'ended' | 'cut';
  readonly rest: string;
}

/** Watches the Secrets through the proxy until the watch is closed, by whomever. */
async function openWatch(cluster: Cluster, proxy: ClusterFaultProxy): Promise<OpenWatch> {
  const watch = { names: [] as string[], types: [] as string[], state: 'open', rest: '' };
  const headers = { authorization: `Bearer ${cluster.tokenOf()}`, 'user-agent': 'a-watcher' };
  const outgoing = sendHttps(`${proxy.url}${watchPath}`, { ca: proxy.caPem, headers });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.setEncoding('utf8').on('data', (text: string) => {
    const lines = (watch.rest + text).split('\n');
    watch.rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as { type: string; object: { metadata: { name?: string } } };
      watch.types.push(event.type);
      watch.names.push(event.object.metadata.name ?? '');
    }
  });
  response.on('end', () => (watch.state = 'ended'));
  response.on('error', () => (watch.state = 'cut'));
  return watch as OpenWatch;
}

await describeWithCluster('the fault proxy of a cluster', {}, (cluster) => {
  let proxy: ClusterFaultProxy;
  let made = 0;

  beforeAll(async () => {
    proxy = await createClusterFaultProxy(cluster());
  });
  afterEach(() => {
    proxy.heal();
    proxy.breakWatches({ kind: 'cut' });
    proxy.forgetRequests();
  });
  afterAll(() => proxy.close());

  const send = (request: ClusterRequest): Promise<ClusterAnswer> =>
    cluster().request({ ...request, url: proxy.url });
  const create = async (): Promise<string> => {
    made += 1;
    const name = `made-${made}`;
    await cluster().request({ path: secrets, body: { metadata: { name } } });
    return name;
  };
  /** A watch that has seen what there was. */
  const watchFromNow = async (): Promise<OpenWatch> => {
    const watch = await openWatch(cluster(), proxy);
    await until(() => watch.types.includes('BOOKMARK'));
    watch.names.length = 0;
    watch.types.length = 0;
    return watch;
  };

  it('passes on what no rule breaks, and counts it', async () => {
    const answer = await send({ path: secrets, body: { metadata: { name: 'passed' } } });
    expect(answer.status).toBe(201);
    expect(await cluster().kubectl(['get', 'secret'], { url: proxy.url })).toContain('passed');
    expect(proxy.requests.filter(isWrite)).toMatchObject([
      { method: 'POST', path: secrets, status: 201, requestBytes: 30, fault: null },
    ]);
    expect(proxy.requests.filter(isList)).toMatchObject([
      { path: secrets, userAgent: expect.stringMatching(/^kubectl/u), status: 200 },
    ]);
    expect(proxy.requests.at(-1)?.responseBytes).toBeGreaterThan(100);
  });

  it('passes on the rights of who asks', async () => {
    const wrong = await fetchWithToken(proxy, 'wrong');
    expect(wrong.statusCode).toBe(401);
  });

  it('answers every n-th write with a conflict', async () => {
    proxy.onRequest(everyNth(2, isWrite, answerStatus(409)));
    const statuses = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      statuses.push((await send({ path: secrets, body: { metadata: { name } } })).status);
    }
    expect(statuses).toEqual([201, 409, 201, 409]);
    expect((await cluster().request({ path: `${secrets}/two` })).status).toBe(404);
  });

  it('answers that it has too much to do, or fails, as long as it is told', async () => {
    proxy.onRequest(firstOf(1, isList, answerStatus(429, 3)));
    const takeAway = proxy.onRequest(() => answerStatus(500));
    const answers = [await send({ path: secrets }), await send({ path: secrets })];
    expect(answers.map(({ status }) => status)).toEqual([429, 500]);
    expect(answers[0]?.headers['retry-after']).toBe('3');
    takeAway();
    expect((await send({ path: secrets })).status).toBe(200);
  });

  it('answers lists and watches that their version is too old', async () => {
    proxy.onRequest(() => answerStatus(410));
    expect((await send({ path: watchPath })).body).toMatchObject({ code: 410, reason: 'Expired' });
    expect((await send({ path: secrets })).body).toMatchObject({ code: 410, reason: 'Expired' });
    proxy.heal();
    proxy.onRequest((request) => (isWatch(request) ? answerErrorEvent(410) : null));
    const { status, body } = await send({ path: watchPath });
    expect([status, body]).toMatchObject([200, { type: 'ERROR', object: { code: 410 } }]);
  });

  it('changes the date of every answer', async () => {
    proxy.setDate((date) => new Date(date.getTime() + 3_600_000).toUTCString());
    const ahead = Date.parse((await send({ path: secrets })).headers.date ?? '') - Date.now();
    expect(ahead).toBeGreaterThan(3_590_000);
    proxy.setDate(() => null);
    expect((await send({ path: secrets })).headers.date).toBeUndefined();
  });

  it('stalls', async () => {
    proxy.onRequest(() => ({ kind: 'stall' }));
    let isAnswered = false;
    const stalled = send({ path: secrets }).finally(() => (isAnswered = true));
    stalled.catch(() => undefined);
    await until(() => proxy.requests.length === 1);
    proxy.heal();
    expect((await send({ path: secrets })).status).toBe(200);
    expect(isAnswered).toBe(false);
  });

  it.each<[RequestFault, number]>([
    [{ kind: 'reset' }, 404],
    [{ kind: 'lose-answer' }, 200],
  ])('closes the connection of a write (%j): then the object is %s', async (fault, status) => {
    const name = `after-${fault.kind}`;
    proxy.onRequest((request) => (isWrite(request) ? fault : null));
    await expect(send({ path: secrets, body: { metadata: { name } } })).rejects.toThrow(
      'socket hang up',
    );
    expect((await send({ path: `${secrets}/${name}` })).status).toBe(status);
  });

  it('holds a request back until it is let go', async () => {
    const gate = Promise.withResolvers<void>();
    proxy.onRequest(firstOf(1, isWrite, { kind: 'hold', until: gate.promise }));
    const held = send({ path: secrets, body: { metadata: { name: 'held' } } });
    await until(() => proxy.requests.length === 1);
    expect((await send({ path: `${secrets}/held` })).status).toBe(404);
    gate.resolve();
    expect((await held).status).toBe(201);
  });

  it('cuts an answer within its body', async () => {
    await create();
    proxy.onRequest(firstOf(1, isList, { kind: 'cut', afterBytes: 40 }));
    await expect(send({ path: secrets })).rejects.toThrow('aborted');
    expect(proxy.requests[0]).toMatchObject({ status: 200, responseBytes: 40, fault: 'cut' });
  });

  it('lets an answer drip, whole in the end', async () => {
    proxy.onRequest(firstOf(1, isList, { kind: 'drip', bytes: 100 }));
    expect((await send({ path: secrets })).body).toMatchObject({ kind: 'SecretList' });
  });

  it('freezes an answer within its body', async () => {
    proxy.onRequest(firstOf(1, isList, { kind: 'freeze', afterBytes: 40 }));
    let isAnswered = false;
    const frozen = send({ path: secrets }).finally(() => (isAnswered = true));
    frozen.catch(() => undefined);
    await until(() => proxy.requests[0]?.responseBytes === 40);
    expect((await send({ path: secrets })).status).toBe(200);
    expect(isAnswered).toBe(false);
  });

  it('passes on a watch event by event', async () => {
    const watch = await watchFromNow();
    const names = [await create(), await create()];
    await until(() => watch.names.length === 2);
    expect(watch.names).toEqual(names);
    expect(proxy.openWatches).toMatchObject([{ path: secrets, userAgent: 'a-watcher' }]);
  });

  it.each<[EventFault['kind'], readonly number[]]>([
    ['drop', [0, 2]],
    ['duplicate', [0, 1, 1, 2]],
    ['postpone', [0, 2, 1]],
  ])('can %s an event of an open watch', async (kind, expected) => {
    const watch = await watchFromNow();
    const second = `made-${made + 2}`;
    proxy.onEvent(({ name }) => (name === second ? ({ kind } as EventFault) : null));
    const names = [await create(), await create(), await create()];
    await until(() => watch.names.length === expected.length);
    expect(watch.names).toEqual(expected.map((at) => names[at]));
  });

  it('breaks open watches: freezes, ends, cuts, also within an event', async () => {
    const broken = [];
    for (const kind of ['freeze', 'end', 'cut', 'partial'] as const) {
      const watch = await watchFromNow();
      proxy.breakWatches({ kind }, isWatch);
      if (kind !== 'freeze') await until(() => watch.state !== 'open');
      broken.push(watch);
    }
    await create();
    await send({ path: secrets });
    expect(broken.map(({ state }) => state)).toEqual(['open', 'ended', 'cut', 'cut']);
    expect(broken.map(({ names }) => names)).toEqual([[], [], [], []]);
    expect(broken[3]?.rest).not.toBe('');
  });

  it('sends an error as an event and ends the watch', async () => {
    const watch = await watchFromNow();
    proxy.onEvent(() => ({ kind: 'error', status: 500 }));
    await create();
    await until(() => watch.state === 'ended');
    expect(watch.types).toEqual(['ERROR']);
  });
});

async function fetchWithToken(proxy: ClusterFaultProxy, token: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${token}` };
  const outgoing = sendHttps(`${proxy.url}${secrets}`, { ca: proxy.caPem, headers });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  return response;
}
