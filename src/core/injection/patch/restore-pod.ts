import { planVariable } from '../agent-plan.ts';
import { prefix } from '../annotations/annotation-table.ts';
import { parseAgentPlan } from '../parse-agent-plan.ts';
import type { EarlierInjection } from '../plan/decide-plan.ts';
import { ownNames } from '../plan/injection-plan.ts';
import { envScheme } from '../pod/find-env-references.ts';
import { isFixed } from '../pod/pod-facts.ts';
import type { Container, EnvEntry, Pod } from '../pod/pod-schema.ts';
import { injectedAnnotation } from './inject-pod.ts';
import { stripShellCommand } from './shell-command.ts';

/** A pod as it was before it was injected. */
export interface RestoredPod {
  readonly pod: Pod;
  /** Null for a pod that was not injected. */
  readonly earlier: EarlierInjection | null;
}

/**
 * Takes from a pod what {@link injectPod} added. Nothing is believed: whoever asks injects the result once more and
 * compares. A pod without a readable agent comes back as it is.
 */
export function restorePod(pod: Pod): RestoredPod {
  const { spec, metadata = {} } = pod;
  const { [injectedAnnotation]: injected, ...annotations } = metadata.annotations ?? {};
  const agent = findAgent(spec);
  if (agent === null || injected === undefined) return { pod, earlier: null };
  const { references, place, wasGuaranteed } = agent;
  const served = injected.split(',');
  const restored = restoreSpec(spec, { annotations, references, served });
  return {
    earlier: { served, place, wasGuaranteed },
    pod: { ...pod, metadata: { ...metadata, annotations }, spec: restored },
  };
}

type FoundAgent = Omit<EarlierInjection, 'served'> & Pick<Before, 'references'>;

function findAgent({ initContainers = [] }: Pod['spec']): FoundAgent | null {
  const place = initContainers.findIndex(({ name }) => name === ownNames.agent);
  const agent = initContainers[place];
  const references = agent === undefined ? null : readReferences(agent);
  if (references === null) return null;
  return { references, place, wasGuaranteed: isFixed(agent?.resources) };
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
