import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createWatchStream, type Outlet } from './create-watch-stream.ts';
import { askRules, writeBody, type ProxiedRequest } from './proxied-request.ts';

/** Passes the body of the server's answer on to the client, as the fault of its request says. */
export function passBody(request: ProxiedRequest, response: IncomingMessage): void {
  response.on('error', () => request.outgoing.destroy());
  switch (request.fault?.kind) {
    case 'cut':
      passStart(request, response, request.fault.afterBytes);
      break;
    case 'freeze':
      passStart(request, response, request.fault.afterBytes);
      break;
    case 'drip':
      void drip(request, response, request.fault.bytes);
      break;
    default:
      if (request.exchange.isWatch && response.statusCode === 200) passWatch(request, response);
      else passWhole(request, response);
  }
}

function passWhole(request: ProxiedRequest, response: IncomingMessage): void {
  const { outgoing } = request;
  outgoing.on('drain', () => response.resume());
  response.on('data', (chunk: Buffer) => {
    if (!writeBody(request, chunk)) response.pause();
  });
  response.on('end', () => outgoing.end());
}

function passStart(request: ProxiedRequest, response: IncomingMessage, limit: number): void {
  let left = limit;
  const stop = (): void => {
    if (request.fault?.kind === 'cut') createOutlet(request).cut();
  };
  if (limit === 0) stop();
  response.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    writeBody(request, chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) stop();
  });
  response.on('end', () => {
    if (left > 0) request.outgoing.end();
  });
}

async function drip(
  request: ProxiedRequest,
  response: IncomingMessage,
  size: number,
): Promise<void> {
  for await (const chunk of response as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length && !request.outgoing.destroyed; at += size) {
      writeBody(request, chunk.subarray(at, at + size));
      await wait(1);
    }
  }
  request.outgoing.end();
}

function passWatch(request: ProxiedRequest, response: IncomingMessage): void {
  const { state, exchange, outgoing } = request;
  const stream = createWatchStream(createOutlet(request), (event) =>
    askRules(state.eventRules, (rule) => rule(event, exchange)),
  );
  state.watches.set(exchange, stream);
  outgoing.on('close', () => state.watches.delete(exchange));
  response.setEncoding('utf8');
  response.on('data', (text: string) => stream.push(text));
  response.on('end', () => stream.end());
  response.on('aborted', () => stream.cut());
}

function createOutlet(request: ProxiedRequest): Outlet {
  const { outgoing } = request;
  return {
    write: (text) => writeBody(request, Buffer.from(text)),
    end: () => outgoing.end(),
    // An empty write is done when those before it are.
    cut: () => outgoing.write('', () => outgoing.destroy()),
  };
}
