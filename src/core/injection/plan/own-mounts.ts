import type { Container } from '../pod/pod-schema.ts';
import { agentPaths, ownNames, type InjectionPlan } from './injection-plan.ts';

/** What one container mounts of ours: the folder of its files, and that of its variables where a shell reads them. */
export function renderOwnMounts(
  container: string,
  { agent, scope, filesPath, deliveries }: InjectionPlan,
): NonNullable<Container['volumeMounts']> {
  const hasFiles = agent.files.length > 0 && scope.includes(container);
  const sources = agent.envVia === 'shell' && deliveries.has(container);
  return [
    ...(hasFiles ? [{ name: ownNames.files, mountPath: filesPath, readOnly: true }] : []),
    ...(sources ? [{ name: ownNames.env, mountPath: agentPaths.env, readOnly: true }] : []),
  ];
}
