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
  const { spec, metadata = {} } = pod;
  const { [injectedAnnotation]: injected, ...annotations } = metadata.annotations ?? {};
  const agent = spec.initContainers?.find(({ name }) => name === ownNames.agent);
  const references = agent === undefined ? null : readReferences(agent);
  if (references === null || injected === undefined) return { pod, served: null };
  const served = injected.split(',');
  const restored = restoreSpec(spec, { annotations, references, served });
  return { served, pod: { ...pod, metadata: { ...metadata, annotations }, spec: restored } };
}

function restoreSpec(spec: Pod['spec'], before: Before): Pod['spec'] {
  const own = new Set<string>(Object.values(ownNames));
  const { initContainers = [], containers, volumes = [] } = spec;
  return {
    ...spec,
    initContainers: initContainers
      .filter(({ name }) => name !== ownNames.agent)
      .map((each) => restoreContainer(each, before)),
    containers: containers.map((each) => restoreContainer(each, before)),
    volumes: volumes.filter(({ name }) => !own.has(name)),
  };
}

interface Before {
  readonly annotations: Readonly<Record<string, string>>;
  /** By their keys in the environment file. */
  readonly references: ReadonlyMap<string, string>;
  readonly served: readonly string[];
}

function restoreContainer(container: Container, before: Before): Container {
  const { volumeMounts, env, command } = container;
  const mounts = volumeMounts?.filter(
    ({ name, readOnly }) => readOnly !== true || (name !== ownNames.files && name !== ownNames.env),
  );
  return {
    ...container,
    ...(mounts && { volumeMounts: mounts }),
    ...(env && { env: env.flatMap((entry) => restoreEntry(container, entry, before)) }),
    ...(command && { command: [...stripShellCommand(command)] }),
  };
}

function restoreEntry(
  { name }: Container,
  entry: EnvEntry,
  { annotations, references, served }: Before,
): readonly EnvEntry[] {
  const { volumeName, key = '' } = entry.valueFrom?.fileKeyRef ?? {};
  const reference = volumeName === ownNames.env ? references.get(key) : undefined;
  if (reference === undefined) return [entry];
  const isOfAnnotation =
    served.includes(name) && annotations[`${prefix}env.${entry.name}`] !== undefined;
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
