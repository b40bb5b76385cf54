import { setTimeout as delay } from 'node:timers/promises';
import type { KubeWorld } from './create-kube-world.ts';
import type { SeenSecret } from './world-view.ts';

const lookEveryMs = 250;
const earliestMs = 1000;
const latestMs = 30_000;

/** Sees every Secret of Mayfly's come and go, past every proxy. */
export interface LeaseWatch {
  /** These may go, or be replaced, at any time: somebody takes them away. */
  allow(...names: readonly string[]): void;
  /** From now on nobody is there to delete what is over, or somebody is again. */
  setManned(isManned: boolean): void;
  /** What was wrong until now: a Secret that died early, or outlived its lease. */
  readonly faults: readonly string[];
  stop(): Promise<void>;
}

/** `nowMs` is the time by which leases are counted: that of the API server. */
export function watchLeases(world: KubeWorld, nowMs = (): number => Date.now()): LeaseWatch {
  const allowed = new Set<string>();
  const faults: string[] = [];
  let known: ReadonlyMap<string, SeenSecret> = new Map();
  let mannedSince = nowMs();
  const stopping = new AbortController();

  async function look(): Promise<void> {
    const found = await world.readSecrets().catch(() => null);
    if (found === null) return;
    for (const before of known.values()) {
      if (found.get(before.name)?.uid !== before.uid) judgeEnd(before);
    }
    for (const { name, expiresAt } of found.values()) {
      const lateMs = nowMs() - Math.max(expiresAt, mannedSince);
      if (lateMs > latestMs) faults.push(`${name} outlives its lease by ${lateMs} ms`);
    }
    known = found;
  }

  function judgeEnd({ name, expiresAt }: SeenSecret): void {
    const earlyMs = expiresAt - nowMs();
    if (earlyMs > earliestMs && !allowed.has(name)) faults.push(`${name} died ${earlyMs} ms early`);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look();
      await delay(lookEveryMs);
    }
  }

  const running = run();
  return {
    faults,
    allow: (...names) => {
      for (const name of names) allowed.add(name);
    },
    setManned: (isManned) => {
      mannedSince = isManned ? nowMs() : Number.POSITIVE_INFINITY;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
