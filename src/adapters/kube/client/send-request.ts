import type { IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';

export interface Outgoing {
  readonly what: string;
  readonly options: RequestOptions;
  readonly body: Buffer | null;
  readonly signal: AbortSignal;
  readonly connect: { readonly clock: Clock; readonly timeoutMs: number };
  /** Called with a connection in hand, right before the first byte is sent; what it throws ends the call unsent. */
  beforeSend(): void;
}

/** Connections on which the handshake is over. */
const established = new WeakSet<Socket>();

/**
 * Sends one request and resolves with the head of its answer. Rejects with the error of the connection, with what
 * `beforeSend` threw, with the reason of the signal, and with `MAYFLY_KUBE_UNAVAILABLE` when no connection comes about
 * in time. The signal ends the answer too, as long as it lasts.
 */
export async function sendRequest(outgoing: Outgoing): Promise<IncomingMessage> {
  const { signal, options } = outgoing;
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const sending = request(options);
    function abort(): void {
      sending.destroy();
      reject(signal.reason);
    }
    signal.addEventListener('abort', abort);
    sending.on('close', () => signal.removeEventListener('abort', abort));
    sending.on('error', reject);
    sending.on('response', resolve);
    sending.on('socket', (socket) => {
      whenConnected(socket, outgoing, (error) => {
        if (error === null) sending.end(outgoing.body ?? undefined);
        else sending.destroy(error);
      });
    });
  });
}

function whenConnected(
  socket: Socket,
  outgoing: Outgoing,
  done: (error: Error | null) => void,
): void {
  function begin(): void {
    established.add(socket);
    try {
      outgoing.beforeSend();
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null);
  }
  if (established.has(socket)) {
    begin();
    return;
  }
  const { what } = outgoing;
  const { clock, timeoutMs } = outgoing.connect;
  const cancel = clock.after(timeoutMs, () => {
    done(createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'no connection in time' }));
  });
  socket.once('close', cancel);
  socket.once('secureConnect', () => {
    cancel();
    begin();
  });
}
