import type { Verdict } from '../../ports/outcome.ts';
import type { Instant } from '../../ports/time.ts';
import type { Condition } from './condition.ts';

/** What else is true of an object just now. */
export interface FurtherCondition extends Pick<Condition, 'type' | 'reason' | 'message'> {
  /** Default `True`. */
  readonly status?: Condition['status'];
}

export interface ConditionInput {
  /** The conditions the object has now; empty at first sight. */
  readonly previous: readonly Condition[];
  /** The generation that was looked at. */
  readonly generation: number;
  readonly now: Instant;
  /** Beside the verdict; each is there only while it is given. */
  readonly further?: readonly FurtherCondition[];
}

/** Longest message of a condition, in characters: the API server refuses more than 32768, people read less. */
const longestMessage = 1024;

/**
 * The conditions of an object after a verdict, by the rules of kstatus: `Ready` always, the others
 * only while true. `lastTransitionTime` moves only when a status does, so an equal verdict gives equal
 * conditions. Conditions of other types are kept. See
 * {@link https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md}.
 */
export function decideConditions(verdict: Verdict, input: ConditionInput): readonly Condition[] {
  const { reason, message } = verdict;
  const own: DecidedCondition[] = [{ type: 'Ready', status: verdict.ready, reason, message }];
  if (verdict.reconciling) own.push({ type: 'Reconciling', status: 'True', reason, message });
  if (verdict.stalled) own.push({ type: 'Stalled', status: 'True', reason, message });
  for (const condition of input.further ?? []) own.push({ status: 'True', ...condition });
  const others = input.previous.filter((condition) => !ownTypes.has(condition.type));
  return [...own.map((condition) => renderCondition(condition, input)), ...others];
}

type DecidedCondition = FurtherCondition & Pick<Condition, 'status'>;

const ownTypes: ReadonlySet<string> = new Set([
  'Ready',
  'Reconciling',
  'Stalled',
  'ClockSkew',
  'OptionalReference',
  'Reachable',
  'LoginAccepted',
]);

function renderCondition(
  { type, status, reason, message }: DecidedCondition,
  input: ConditionInput,
): Condition {
  const before = input.previous.find((condition) => condition.type === type);
  const unchanged = before?.status === status ? before.lastTransitionTime : undefined;
  return {
    type,
    status,
    reason,
    message: cutMessage(message),
    observedGeneration: input.generation,
    lastTransitionTime: unchanged ?? renderInstant(input.now),
  };
}

function cutMessage(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 1)}…`;
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
function renderInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}
