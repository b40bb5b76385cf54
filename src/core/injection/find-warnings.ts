import type { InjectionPlan } from './plan/injection-plan.ts';
import type { Pod } from './pod/pod-schema.ts';

/** What the author of a pod should know although nothing is wrong. */
export function findWarnings({ spec }: Pod, { agent, mode }: InjectionPlan): readonly string[] {
  const isOnNode = spec.hostNetwork === true && spec.dnsPolicy !== 'ClusterFirstWithHostNet';
  const unresolved = agent.stores.filter(({ address }) => isOnNode && isClusterName(address));
  const canChange = mode === 'sidecar' && agent.variables.length > 0;
  return [
    ...unresolved.map(
      ({ name }) =>
        `the pod uses the network of its node, where the name of the store ${name} does not resolve: set dnsPolicy to ClusterFirstWithHostNet`,
    ),
    ...(canChange
      ? ['variables keep the values that a container started with: only files follow a rotation']
      : []),
  ];
}

function isClusterName(address: string): boolean {
  return /^https:\/\/[^:/]{1,253}\.svc(?:\.[^:/]{1,253})?(?::\d{1,5})?$/u.test(address);
}
