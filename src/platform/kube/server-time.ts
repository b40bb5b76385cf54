import type { ServerTime } from '#core/ports/kube/server-time.ts';
import type { MonotonicClock } from '#core/ports/time.ts';

/** When a call was sent and answered, in ticks of the clock. */
export interface AnswerTimes {
  readonly sentAt: number;
  readonly answeredAt: number;
}

export interface LearningServerTime extends ServerTime {
  /** Takes in the `Date` of an answer; anything but a date is passed over. */
  learn(date: string | undefined, times: AnswerTimes): void;
}

/** How far the server's time is ahead of our ticks: at least, at most. */
interface Bounds {
  readonly low: number;
  readonly high: number;
  /** When this was learned. */
  readonly at: number;
}

const grainMs = 1000;
/** How far two clocks may drift apart by themselves, as a share of the time that passes. */
const drift = 1 / 5000;

/**
 * The clock of the API server. Each answer says in which second it was written, somewhere between question and answer:
 * that bounds how far the two clocks are apart, and the bounds of many answers together are narrower than a second.
 * An answer that contradicts what is known begins anew: the server's clock was set.
 */
export function createServerTime(clock: MonotonicClock): LearningServerTime {
  let known: Bounds | null = null;

  function learn(date: string | undefined, { sentAt, answeredAt }: AnswerTimes): void {
    const stamp = Date.parse(date ?? '');
    if (Number.isNaN(stamp)) return;
    const heard = { low: stamp - answeredAt, high: stamp + grainMs - sentAt, at: answeredAt };
    known = known === null ? heard : narrow(known, heard);
  }

  function now(): number {
    return known === null ? clock.now() : clock.ticks() + middleOf(known);
  }

  return { learn, now, skewMs: () => (known === null ? null : now() - clock.now()) };
}

function narrow(known: Bounds, heard: Bounds): Bounds {
  const slack = Math.abs(heard.at - known.at) * drift;
  const low = Math.max(heard.low, known.low - slack);
  const high = Math.min(heard.high, known.high + slack);
  return low <= high ? { low, high, at: heard.at } : heard;
}

/** However slow an answer was, this is never more than half a second too much: nothing ends too early. */
function middleOf({ low, high }: Bounds): number {
  return low + Math.min((high - low) / 2, grainMs / 2);
}
