import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { HttpsPlace } from '../https-connection.ts';
import { renderExchange } from './exchange-load.ts';

/** A thread that sends tokens with keys of nobody until it is told to end; then it says how many were answered. */
export interface Flood {
  readonly place: HttpsPlace;
  /** Of a token of the issuer whose signature does not matter. */
  readonly payload: string;
  readonly perSecond: number;
}

/** Each sends so many requests at once, and the next when all of them are answered: that costs the sender least. */
const [connections, together] = [32, 16];
const { place, payload, perSecond } = workerData as Flood;
const answer = Buffer.from('HTTP/1.1 ');
let [sent, answered] = [0, 0];
const ending = new AbortController();
const begun = performance.now();

parentPort?.once('message', () => {
  ending.abort();
});
await Promise.all(Array.from({ length: connections }, sendMany));
parentPort?.postMessage((answered * 1000) / (performance.now() - begun));

async function sendMany(): Promise<void> {
  while (!ending.signal.aborted) {
    const socket = await open();
    const over = new AbortController();
    socket.once('close', () => over.abort());
    await sendOver(socket, over.signal).catch((error: unknown) => {
      if (!over.signal.aborted) throw error;
    });
    socket.destroy();
  }
}

async function open(): Promise<TLSSocket> {
  const { port, caPem: ca } = place;
  const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: ['http/1.1'] });
  await once(socket, 'secureConnect');
  return socket.setNoDelay(true);
}

async function sendOver(socket: TLSSocket, over: AbortSignal): Promise<void> {
  while (!ending.signal.aborted && !over.aborted) {
    if (sent >= ((performance.now() - begun) * perSecond) / 1000) {
      await sleep(1);
      continue;
    }
    sent += together;
    socket.write(renderMany());
    let left = together;
    while (left > 0) {
      const [chunk] = (await once(socket, 'data', { signal: over })) as [Buffer];
      const more = countAnswers(chunk);
      answered += more;
      left -= more;
    }
  }
}

function renderMany(): Buffer {
  const tokens = Array.from({ length: together }, (_, at) => makeToken(`nobody-${sent}-${at}`));
  return Buffer.concat(tokens.map(renderExchange));
}

function makeToken(kid: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url');
  return `${header}.${payload}.${'A'.repeat(342)}`;
}

/** None is cut in two: each answer is written whole, in one record of TLS or several whole ones. */
function countAnswers(chunk: Buffer): number {
  let [count, at] = [0, chunk.indexOf(answer)];
  while (at !== -1) {
    count += 1;
    at = chunk.indexOf(answer, at + answer.length);
  }
  return count;
}
