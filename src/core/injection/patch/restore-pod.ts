import { planVariable } from '../agent-plan.ts';
import { prefix } from '../annotations/annotation-table.ts';
import { parseAgentPlan } from '../parse-agent-plan.ts';
import { ownNames } from '../plan/injection-plan.ts';
import { envScheme } from '../pod/find-env-references.ts';
import type { Container, EnvEntry, Pod } from '../pod/pod-schema.ts';
import { injectedAnnotation } from './inject-pod.ts';
import { stripShellCommand } from './shell-command.ts';

/** A pod as it was before it was injected. */
export interface RestoredPod {
  readonly pod: Pod;
  /** The containers that annotations were honoured for; null for a pod that was not injected. */
  readonly served: readonly string[] | null;
}

/**
 * Takes from a pod what {@link injectPod} added. Nothing is believed: whoever asks injects the result once more and
 * compares. A pod without a readable agent comes back as it is.
 */
export function restorePod(pod: Pod): RestoredPod {
  const { spec, metadata } = pod;
  const agent = spec.initContainers?.find(({ name }) => name === ownNames.agent);
  const references = agent === undefined ? null : readReferences(agent);
  const injected = metadata?.annotations?.[injectedAnnotation];
  if (references === null || injected === undefined) return { pod, served: null };
  const { [injectedAnnotation]: _, ...annotations } = metadata?.annotations ?? {};
  const before: Before = { annotations, references };
  const own = new Set<string>(Object.values(ownNames));
  const initContainers = (spec.initContainers ?? []).filter((each) => each !== agent);
  return {
    served: injected.split(','),
    pod: {
      ...pod,
      metadata: { ...metadata, annotations },
      spec: {
        ...spec,
        initContainers: initContainers.map((each) => restoreContainer(each, before)),
        containers: spec.containers.map((each) => restoreContainer(each, before)),
        volumes: (spec.volumes ?? []).filter(({ name }) => !own.has(name)),
      },
    },
  };
}

interface Before {
  readonly annotations: Readonly<Record<string, string>>;
  /** By their keys in the environment file. */
  readonly references: ReadonlyMap<string, string>;
}

function restoreContainer(container: Container, before: Before): Container {
  const { volumeMounts, env, command } = container;
  const mounts = volumeMounts?.filter(
    ({ name, readOnly }) => readOnly !== true || (name !== ownNames.files && name !== ownNames.env),
  );
  return {
    ...container,
    ...(mounts && { volumeMounts: mounts }),
    ...(env && { env: env.flatMap((entry) => restoreEntry(entry, before)) }),
    ...(command && { command: [...stripShellCommand(command)] }),
  };
}

function restoreEntry(entry: EnvEntry, { annotations, references }: Before): readonly EnvEntry[] {
  const source = entry.valueFrom?.fileKeyRef;
  const reference = references.get(source?.key ?? '');
  if (source?.volumeName !== ownNames.env || reference === undefined) return [entry];
  const isOfAnnotation = annotations[`${prefix}env.${entry.name}`] !== undefined;
  return isOfAnnotation ? [] : [{ name: entry.name, value: `${envScheme}${reference}` }];
}

function readReferences({ env = [] }: Container): ReadonlyMap<string, string> | null {
  const parts = env.flatMap(({ name, value = '' }) =>
    name.startsWith(planVariable) ? [value] : [],
  );
  try {
    const { variables } = parseAgentPlan(parts);
    return new Map(variables.map(({ key, reference }) => [key, reference]));
  } catch {
    return null;
  }
}
