import { isNamespaceName, isObjectName } from '#core/api/names.ts';
import { createError } from '#core/errors/mayfly-error.ts';
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

/** The name of a policy as it was given. Throws `MAYFLY_CLI_USAGE` for what is none. */
export function parsePolicyName(text: string): string {
  const [namespace = '', name = '', ...rest] = text.split('/');
  if (isNamespaceName(namespace) && isObjectName(name) && rest.length === 0) return text;
  const reason = 'a policy is named NAMESPACE/NAME, or cluster/NAME';
  throw createError('MAYFLY_CLI_USAGE', { reason });
}
