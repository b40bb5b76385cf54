import type { Condition } from '#core/api/condition.ts';

/** What `kubectl wait`, Flux and Argo CD need to know of an object. */
export interface JudgedObject {
  readonly metadata: { readonly generation: number; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Pick<Condition, 'type' | 'status'>[];
  };
}

export type KstatusVerdict = 'InProgress' | 'Current' | 'Failed' | 'Terminating';

/**
 * The state of an object by the published rules of kstatus, for kinds it knows nothing else of. See
 * {@link https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md}.
 */
export function evaluateKstatus({ metadata, status = {} }: JudgedObject): KstatusVerdict {
  const { observedGeneration, conditions = [] } = status;
  const statusOf = (type: string): string | undefined =>
    conditions.find((condition) => condition.type === type)?.status;
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  const isBehind = (observedGeneration ?? metadata.generation) !== metadata.generation;
  if (isBehind || statusOf('Reconciling') === 'True') return 'InProgress';
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
