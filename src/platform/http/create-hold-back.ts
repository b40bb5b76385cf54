import type { Socket } from 'node:net';
import type { Clock, Random } from '#core/ports/time.ts';

export interface HoldBackDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
}

/** Of each connection between one and two seconds: those that were held back together come back one by one. */
const leastMs = 1_000;

/**
 * Makes what reads nothing more of a connection for a while, once. What was read is answered; what the peer sends
 * meanwhile stays with the peer, so a flood is slowed down where it is made.
 */
export function createHoldBack({ clock, random }: HoldBackDeps): (socket: Socket) => void {
  const held = new WeakSet<Socket>();
  return (socket) => {
    if (held.has(socket)) return;
    held.add(socket);
    // After the request that is being answered: the end of it has the connection read on.
    setImmediate(() => socket.pause());
    clock.after(leastMs * (1 + random.fraction()), () => {
      held.delete(socket);
      socket.resume();
    });
  };
}
