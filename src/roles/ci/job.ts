import type { BrokerPlace } from './servers/create-broker-client.ts';
import type { Wanted } from './wanted.ts';

/** What a job asks a broker for. */
export interface Job {
  readonly broker: BrokerPlace;
  /** `NAMESPACE/NAME`, or `cluster/NAME`. */
  readonly policy: string;
  readonly wanted: Wanted;
  /** The longest lease that is wanted; null leaves it to the policy. */
  readonly ttlMs: number | null;
}
