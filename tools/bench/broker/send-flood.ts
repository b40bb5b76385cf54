import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openHttpsConnection, type HttpsPlace } from '../https-connection.ts';
import { renderExchange } from './exchange-load.ts';

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
      await connection.send(renderExchange(makeToken(`nobody-${sent}`)));
    } catch {
      connection = await openHttpsConnection(place, () => true);
    }
  }
  connection.close();
}

function makeToken(kid: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url');
  return `${header}.${payload}.${'A'.repeat(342)}`;
}
