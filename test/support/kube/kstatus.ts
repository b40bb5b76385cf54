import type { Condition } from '#core/api/status/condition.ts';

type JudgedCondition = Pick<Condition, 'type' | 'status'>;

/** What `kubectl wait`, Flux and Argo CD need to know of an object. */
export interface JudgedObject {
  readonly metadata: { readonly generation: number; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly JudgedCondition[];
  };
}

export type KstatusVerdict = 'InProgress' | 'Current' | 'Failed' | 'Terminating';

/**
 * The state of an object by the published rules of kstatus, for kinds it knows nothing else of. See
 * {@link https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md}.
 */
export function evaluateKstatus({ metadata, status = {} }: JudgedObject): KstatusVerdict {
  const { observedGeneration = metadata.generation, conditions = [] } = status;
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (observedGeneration !== metadata.generation) return 'InProgress';
  return judgeConditions(conditions);
}

function judgeConditions(conditions: readonly JudgedCondition[]): KstatusVerdict {
  const statusOf = (wanted: string): string | undefined =>
    conditions.find(({ type }) => type === wanted)?.status;
  if (statusOf('Reconciling') === 'True') return 'InProgress';
  if (statusOf('Stalled') === 'True') return 'Failed';
  return (statusOf('Ready') ?? 'True') === 'True' ? 'Current' : 'InProgress';
}

/** Whether `kubectl wait --for=condition=TYPE` goes on. */
export function isMet(
  type: string,
  { generation }: JudgedObject['metadata'],
  conditions: readonly Condition[],
): boolean {
  const condition = conditions.find((one) => one.type === type);
  return condition?.status === 'True' && condition.observedGeneration >= generation;
}
