import type { AgentPlan } from '#core/injection/agent-plan.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { StoreKeeper } from './fetch/store-keeper.ts';
import type { Publisher } from './files/publish.ts';

/** What the agent of one pod works with. */
export interface AgentParts {
  readonly plan: AgentPlan;
  readonly keepers: readonly StoreKeeper[];
  readonly publisher: Publisher;
  readonly clock: MonotonicClock;
  readonly random: Random;
  readonly logger: Logger;
  /** Tells other programs of the pod that files have changed; returns how many were told. */
  signal(name: string): number;
  /** Ends the agent, whereupon the kubelet restarts every container of the pod. */
  restart(): void;
  /** Gives memory back that is not needed any more. */
  collect(): void;
}
