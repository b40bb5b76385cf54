import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openHttpsConnection, renderRequest, type HttpsPlace } from '../https-connection.ts';

/** A thread that sends tokens with keys of nobody until it is told to end; then it says how many it sent. */
export interface Flood {
  readonly place: HttpsPlace;
  /** Of a token of the issuer whose signature does not matter. */
  readonly payload: string;
  readonly perSecond: number;
}

const connections = 64;
const { place, payload, perSecond } = workerData as Flood;
let sent = 0;
const ending = new AbortController();
const begun = performance.now();

parentPort?.once('message', () => {
  ending.abort();
});
await Promise.all(Array.from({ length: connections }, sendMany));
parentPort?.postMessage((sent * 1000) / (performance.now() - begun));

async function sendMany(): Promise<void> {
  let connection = await openHttpsConnection(place, () => true);
  while (!ending.signal.aborted) {
    if (sent >= ((performance.now() - begun) * perSecond) / 1000) {
      await sleep(1);
      continue;
    }
    sent += 1;
    try {
      await connection.send(renderFlood(`nobody-${sent}`));
    } catch {
      connection = await openHttpsConnection(place, () => true);
    }
  }
  connection.close();
}

function renderFlood(kid: string): Buffer {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url');
  const secrets = { PASSWORD: 'values:db.env#PASSWORD' };
  const token = `${header}.${payload}.${'A'.repeat(342)}`;
  const body = JSON.stringify({ token, policy: 'shop/release', secrets });
  return renderRequest('POST /v1/exchange', { 'content-type': 'application/json' }, body);
}
