import type { Exchanged } from '#core/broker/client/exchange.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { Instant } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import { tell, type CiWorld } from '../ci-world.ts';
import type { Job } from '../job.ts';
import type { TokenSource } from '../token/token-source.ts';
import { createBrokerClient, failureOfSilence, type BrokerPlace } from './create-broker-client.ts';
import { tryAgain } from './try-again.ts';

/** What a job has of a broker. */
export interface BrokerSession {
  /** Values for a token, with patience. Whoever gets them wipes them. */
  exchange(job: Job, signal: AbortSignal): Promise<Exchanged>;
  /** Gives back every lease that has not ended. What cannot be given back is told, and ends by itself. */
  end(): Promise<void>;
}

/** A retry with the same token counts as the same use for a minute; after that it takes a new one. */
const tokenMs = 45_000;
const endMs = 5_000;

export function openSession(
  world: CiWorld,
  broker: BrokerPlace,
  source: TokenSource,
): BrokerSession {
  const { clock } = world;
  const client = createBrokerClient(broker, clock);
  const leases = new Map<string, Instant>();
  return {
    async exchange({ policy, wanted, ttlMs }, outer): Promise<Exchanged> {
      const keeper = keepToken(world, source);
      try {
        const exchanged = await tryAgain(world, outer, async (signal) => {
          const token = await keeper.token(signal);
          return await client.exchange({ token, policy, secrets: wanted.secrets, ttlMs }, signal);
        });
        leases.set(exchanged.leaseId, exchanged.expiresAt);
        return exchanged;
      } finally {
        keeper.wipe();
      }
    },
    async end(): Promise<void> {
      const open = [...leases].filter(([, expiresAt]) => expiresAt > clock.now());
      leases.clear();
      await giveBack(
        world,
        { client, source },
        open.map(([id]) => id),
      );
    },
  };
}

interface GivingBack {
  readonly client: ReturnType<typeof createBrokerClient>;
  readonly source: TokenSource;
}

/** Gives leases back within five seconds, each whatever becomes of the others. Tells of those it could not; true for none. */
export async function giveBack(
  world: CiWorld,
  giving: GivingBack,
  leases: readonly string[],
): Promise<boolean> {
  const given = await Promise.all(leases.map(async (lease) => await giveOne(world, giving, lease)));
  return given.every(Boolean);
}

async function giveOne(
  world: CiWorld,
  { client, source }: GivingBack,
  lease: string,
): Promise<boolean> {
  const { signal } = new AbortController();
  const deadline = { clock: world.clock, ms: endMs, signal, reason: failureOfSilence };
  try {
    await withDeadline(deadline, async (ending) => {
      const token = await source.fetch(ending);
      try {
        await client.revoke(token, lease, ending);
      } finally {
        token.wipe();
      }
    });
    return true;
  } catch (error) {
    if (!isMayflyError(error)) throw error;
    tell(world, `a lease was not given back and ends by itself: ${error.message} [${error.code}]`);
    return false;
  }
}

interface TokenKeeper {
  token(signal: AbortSignal): Promise<SecretBytes>;
  wipe(): void;
}

function keepToken({ clock }: CiWorld, source: TokenSource): TokenKeeper {
  let held: { readonly token: SecretBytes; readonly since: Instant } | null = null;
  function wipe(): void {
    held?.token.wipe();
    held = null;
  }
  return {
    wipe,
    async token(signal): Promise<SecretBytes> {
      if (held === null || clock.now() - held.since > tokenMs) {
        wipe();
        held = { token: await source.fetch(signal), since: clock.now() };
      }
      return held.token;
    },
  };
}
