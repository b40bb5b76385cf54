import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { RestartMark } from '#core/ports/kube/workloads.ts';
import { decideRollout, rolloutJitterMs, rolloutWindowMs } from '#core/rollout/decide-rollout.ts';
import { parseRestart } from '#core/rollout/parse-restart.ts';
import type { PendingRollout } from '../../controller-memory.ts';
import type { RolloutParts } from '../../controller-parts.ts';
import type { Pass } from '../pass.ts';

export interface Rollout {
  readonly kind: 'done' | 'pending';
  /** When it is the turn of the next workload; null when none waits. */
  readonly waitMs: number | null;
  readonly failure: MayflyError | null;
}

/**
 * Restarts the workloads of `restart` for a content, each when it is its turn. What was begun is only remembered by
 * this program: after a kill all are asked again, which those that were restarted do not notice.
 */
export async function rollWorkloads(
  pass: Pass,
  rollouts: RolloutParts,
  content: string,
): Promise<Rollout> {
  const { parts, input } = pass;
  const { pending } = parts.memory.rollouts;
  const current = findPending(pass, rollouts, content);
  let waitMs: number | null = null;
  let failure: MayflyError | null = null;
  for (const entry of input.spec.restart.filter((name) => !current.done.has(name))) {
    const turn = takeTurn(pass, current);
    if (turn !== null) {
      waitMs = turn;
      break;
    }
    const error = await restart(pass, rollouts, { entry, content });
    if (error === null) current.done.add(entry);
    failure ??= error;
  }
  const isDone = waitMs === null && failure === null;
  if (isDone) pending.delete(input.owner.uid);
  return { kind: isDone ? 'done' : 'pending', waitMs, failure };
}

function findPending(
  { parts: { memory }, input: { owner, now } }: Pass,
  { random }: RolloutParts,
  content: string,
): PendingRollout {
  const known = memory.rollouts.pending.get(owner.uid);
  if (known?.content === content) return known;
  const dueAt = now + Math.floor(random.fraction() * rolloutJitterMs);
  const fresh = { content, dueAt, done: new Set<string>() };
  memory.rollouts.pending.set(owner.uid, fresh);
  return fresh;
}

/** Null when it is the turn of a workload now, else how long it is until then. */
function takeTurn({ parts: { memory, clock } }: Pass, { dueAt }: PendingRollout): number | null {
  const { rollouts } = memory;
  const now = clock.now();
  rollouts.begun = rollouts.begun.filter((at) => now - at < rolloutWindowMs);
  const decision = decideRollout({ now, dueAt, begun: rollouts.begun });
  if (decision.kind === 'wait') return decision.afterMs;
  rollouts.begun.push(now);
  return null;
}

interface Restart {
  readonly entry: string;
  readonly content: string;
}

async function restart(
  pass: Pass,
  { workloads }: RolloutParts,
  { entry, content }: Restart,
): Promise<MayflyError | null> {
  const target = parseRestart(entry);
  if (target.kind === 'hook') return null;
  try {
    const { namespace } = pass.input.ref;
    await workloads.restart(namespace, target.workload, renderMark(pass, content));
    return null;
  } catch (error) {
    if (isMayflyError(error) && error.kind !== 'bug') return error;
    throw error;
  }
}

const longestName = 63;

/** Several objects may restart one workload, each for its own content. */
function renderMark({ parts, input }: Pass, content: string): RestartMark {
  const { name } = input.ref;
  const short = parts.digest.sha256Hex(new TextEncoder().encode(name)).slice(0, 32);
  return {
    key: `restart.mayfly.dev/${name.length > longestName ? short : name}`,
    value: content,
  };
}
