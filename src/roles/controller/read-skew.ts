import { decideSkew, type SkewDecision } from '#core/lease/decide-skew.ts';
import type { ControllerParts } from './controller-parts.ts';

/** How the server's clock goes with ours; agreed where there is no server, or nothing was heard of it yet. */
export function readSkew({
  clock,
  serverTime,
}: Pick<ControllerParts, 'clock' | 'serverTime'>): SkewDecision {
  const server = clock.now();
  return decideSkew({ server, local: server - (serverTime?.skewMs() ?? 0) });
}
