import { setTimeout as sleep } from 'node:timers/promises';
import {
  openHttpsConnection,
  renderRequest,
  type HttpsConnection,
  type HttpsPlace,
} from '../https-connection.ts';

/** One unit of work over a kept connection: an exchange, or a login and a read. */
export type Work = (connection: HttpsConnection, token: string) => Promise<unknown>;

export interface Worker {
  readonly place: HttpsPlace;
  readonly work: Work;
}

/** One exchange of the password. */
export function renderExchange(token: string): Buffer {
  const secrets = { PASSWORD: 'values:db.env#PASSWORD' };
  const body = JSON.stringify({ token, policy: 'shop/release', secrets });
  return renderRequest('POST /v1/exchange', { 'content-type': 'application/json' }, body);
}

/** The next unit when one is done, over so many connections, each with a token of its own; how many a second. */
export async function workClosed(
  worker: Worker,
  tokens: readonly string[],
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<{ readonly perSecond: number; readonly used: number }> {
  const all = await openAll(worker.place, connections);
  const started = performance.now();
  const endsAt = started + seconds * 1000;
  let used = 0;
  async function workOn(connection: HttpsConnection): Promise<void> {
    while (performance.now() < endsAt && used < tokens.length) {
      const token = tokens[used] ?? '';
      used += 1;
      await worker.work(connection, token);
    }
  }
  await Promise.all(all.map(workOn));
  const took = performance.now() - started;
  for (const one of all) one.close();
  return { perSecond: (used * 1000) / took, used };
}

/** A unit every so often, whether those before are done or not; times in ms from when each was due. */
export async function workOpen(
  worker: Worker,
  tokens: readonly string[],
  perSecond: number,
): Promise<readonly number[]> {
  const idle = [...(await openAll(worker.place, 16))];
  // A server ends what has never carried a request.
  for (const one of idle) await one.send(renderRequest('GET /healthz', {}));
  const all = [...idle];
  const waiting: ((connection: HttpsConnection) => void)[] = [];
  const times: number[] = [];
  async function workOne(token: string, dueAt: number): Promise<void> {
    const connection =
      idle.pop() ?? (await new Promise<HttpsConnection>((resolve) => waiting.push(resolve)));
    await worker.work(connection, token);
    times.push(performance.now() - dueAt);
    const next = waiting.shift();
    if (next === undefined) idle.push(connection);
    else next(connection);
  }
  const started = performance.now();
  const under: Promise<void>[] = [];
  while (under.length < tokens.length) {
    const due = Math.min(tokens.length, ((performance.now() - started) * perSecond) / 1000);
    while (under.length < due) {
      under.push(workOne(tokens[under.length] ?? '', started + (under.length * 1000) / perSecond));
    }
    await sleep(1);
  }
  await Promise.all(under);
  for (const one of all) one.close();
  return times;
}

async function openAll(place: HttpsPlace, count: number): Promise<readonly HttpsConnection[]> {
  const one = async (): Promise<HttpsConnection> => {
    return await openHttpsConnection(place, (answer) => answer.includes('HTTP/1.1 200'));
  };
  return await Promise.all(Array.from({ length: count }, one));
}
