import type { Exchanged } from '#core/broker/client/exchange.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { isExpired, openWindow, renewAt, type LeaseWindow } from '#core/lease/lease-window.ts';
import { wait } from '#platform/time/wait.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import { tell, type CiWorld } from '../ci-world.ts';
import { failureOfSilence } from '../servers/create-broker-client.ts';

/** The files of a running program, as far as they can be made fresh. */
export interface FreshFiles {
  /** Asks for new values. */
  exchange(signal: AbortSignal): Promise<Exchanged>;
  /** Puts them in the place of the old ones, and wipes them. */
  replace(exchanged: Exchanged): Promise<void>;
  /** Takes away what was replaced. */
  tidy(): void;
  remove(): void;
}

/** A broker's clock that is far off must not make us ask all the time. */
const shortestMs = 5_000;
/** What fails after the broker has answered, such as a full disk, would have it asked without an end. */
const pauseMs = 10_000;
/** A reader that has found the old files is through with their names by then. */
const oldFilesMs = 1_000;

/**
 * Asks again before a lease ends and replaces the files, until the signal says that the program is over. Where no new
 * lease is given, the files are taken away at the end of the old one.
 */
export async function keepFresh(
  world: CiWorld,
  { files, first }: { readonly files: FreshFiles; readonly first: Exchanged },
  signal: AbortSignal,
): Promise<void> {
  const { clock } = world;
  for (let lease: LeaseWindow | null = openLease(world, first); lease !== null;) {
    await wait(clock, renewAt(lease) - clock.now(), signal);
    const renewed = await renew(world, { files, lease }, signal);
    if (renewed === null) {
      await wait(clock, Math.max(0, lease.expiresAt - clock.now()), signal);
      files.remove();
      tell(world, 'the lease has ended: its files are taken away');
    }
    lease = renewed;
  }
}

function openLease({ clock }: CiWorld, { expiresAt }: Exchanged): LeaseWindow {
  const now = clock.now();
  return openWindow(now, Math.max(shortestMs, expiresAt - now));
}

interface Renewing {
  readonly files: FreshFiles;
  readonly lease: LeaseWindow;
}

/** The next lease; null when none is given for as long as the old one lasts. */
async function renew(
  world: CiWorld,
  { files, lease }: Renewing,
  signal: AbortSignal,
): Promise<LeaseWindow | null> {
  const { clock } = world;
  while (!isExpired(lease, clock.now())) {
    const ms = lease.expiresAt - clock.now();
    try {
      const deadline = { clock, ms, signal, reason: failureOfSilence };
      const exchanged = await withDeadline(deadline, async (own) => await files.exchange(own));
      const next = openLease(world, exchanged);
      await files.replace(exchanged);
      await wait(clock, oldFilesMs, signal);
      files.tidy();
      return next;
    } catch (error) {
      signal.throwIfAborted();
      if (!isMayflyError(error)) throw error;
      tell(world, `the values could not be renewed: ${error.message} [${error.code}]`);
      if (error.retry === 'never') return null;
      await wait(clock, pauseMs, signal);
    }
  }
  return null;
}
