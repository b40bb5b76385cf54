import { prefix } from '../annotations/annotation-table.ts';
import type { Delivery } from '../plan/decide-variables.ts';
import { agentPaths, ownNames, type InjectionPlan } from '../plan/injection-plan.ts';
import { renderOwnMounts } from '../plan/own-mounts.ts';
import type { Container, EnvEntry, Pod } from '../pod/pod-schema.ts';
import type { InjectionSettings } from '../settings.ts';
import { renderAgentContainer, renderVolumes } from './agent-container.ts';
import { renderShellCommand } from './shell-command.ts';

/** The annotation that names the containers which annotations were honoured for. */
export const injectedAnnotation = `${prefix}injected`;

/**
 * A pod with everything that its plan says: additions alone, but for environment entries whose value is a reference
 * and that the kubelet is to resolve.
 */
export function injectPod(pod: Pod, plan: InjectionPlan, settings: InjectionSettings): Pod {
  const { spec, metadata = {} } = pod;
  const agent = renderAgentContainer(plan, settings);
  const initContainers = (spec.initContainers ?? []).map((each) => injectContainer(each, plan));
  return {
    ...pod,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [injectedAnnotation]: plan.scope.join(',') },
    },
    spec: {
      ...spec,
      initContainers: initContainers.toSpliced(plan.place, 0, agent),
      containers: spec.containers.map((each) => injectContainer(each, plan)),
      volumes: [...(spec.volumes ?? []), ...renderVolumes(plan)],
      ...addPullSecrets(pod, settings.imagePullSecrets),
    },
  };
}

function addPullSecrets(
  { spec: { imagePullSecrets = [] } }: Pod,
  names: readonly string[],
): Pick<Pod['spec'], 'imagePullSecrets'> {
  const missing = names.filter((name) => !imagePullSecrets.some((known) => known.name === name));
  if (missing.length === 0) return {};
  return { imagePullSecrets: [...imagePullSecrets, ...missing.map((name) => ({ name }))] };
}

function injectContainer(container: Container, plan: InjectionPlan): Container {
  const deliveries = plan.deliveries.get(container.name) ?? [];
  const mounts = renderOwnMounts(container.name, plan);
  return {
    ...container,
    ...(mounts.length > 0 && { volumeMounts: [...(container.volumeMounts ?? []), ...mounts] }),
    ...(deliveries.length > 0 && deliver(container, deliveries, plan)),
  };
}

function deliver(
  { env = [], command = [] }: Container,
  deliveries: readonly Delivery[],
  { agent }: InjectionPlan,
): Pick<Container, 'env' | 'command'> {
  if (agent.envVia === 'shell') return { command: renderShellCommand(command, deliveries) };
  const byEntry = new Map(deliveries.map((delivery) => [delivery.entry, delivery]));
  const added = deliveries.filter(({ entry }) => entry === null).map(renderEntry);
  const replaced = env.map((entry, index) => {
    const delivery = byEntry.get(index);
    return delivery === undefined ? entry : renderEntry(delivery);
  });
  // In front, so that later entries may use them as $(VAR).
  return { env: [...added, ...replaced] };
}

function renderEntry({ variable, key, optional }: Delivery): EnvEntry {
  const fileKeyRef = { volumeName: ownNames.env, path: agentPaths.envFile, key };
  return {
    name: variable,
    valueFrom: { fileKeyRef: optional ? { ...fileKeyRef, optional } : fileKeyRef },
  };
}
