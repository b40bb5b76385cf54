import { setTimeout as wait } from 'node:timers/promises';
import type { TestNode } from '../create-node.ts';

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly running?: { readonly startedAt: string };
    readonly terminated?: {
      readonly exitCode: number;
      readonly reason: string;
      readonly message?: string;
    };
  };
}

export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly creationTimestamp: string;
  };
  readonly spec: { readonly initContainers?: readonly { readonly name: string }[] };
  readonly status: {
    readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
    readonly qosClass?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

const withinMs = 90_000;
const pauseMs = 100;

/** Creates an object as `admin`; throws with the answer of the API server when that refuses it. */
export async function createObject(node: TestNode, object: object): Promise<void> {
  await node.cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(object) });
}

export async function readPod(node: TestNode, { namespace, name }: PodName): Promise<Pod> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const { status, body } = await node.cluster.request({ path });
  if (status !== 200) throw new Error(`pod ${namespace}/${name}: ${status}`);
  return body as Pod;
}

/** Waits until the pod is as the test expects, and returns it; throws with what it is instead when that takes long. */
export async function untilPod(
  node: TestNode,
  pod: PodName,
  isExpected: (pod: Pod) => boolean,
): Promise<Pod> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await readPod(node, pod);
    if (isExpected(seen)) return seen;
    if (performance.now() > deadline) throw new Error(await tellPod(node, seen));
    await wait(pauseMs);
  }
}

export function isReady({ status }: Pod): boolean {
  return (
    status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  );
}

export function isOver({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}

/** Of init containers too; throws when the pod has none of this name, or tells nothing of it yet. */
export function findContainer({ status }: Pod, name: string): ContainerStatus {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const found = statuses.find((each) => each.name === name);
  if (found === undefined) throw new Error(`nothing is known of a container ${name}`);
  return found;
}

export async function readLogs(
  node: TestNode,
  { namespace, name }: PodName,
  container: string,
): Promise<string> {
  return node.cluster.kubectl(['logs', '--namespace', namespace, name, '--container', container]);
}

/** Runs a program in a container and returns what it prints. */
export async function execIn(
  node: TestNode,
  { namespace, name, container }: PodName & { readonly container: string },
  command: readonly string[],
): Promise<string> {
  const at = ['--namespace', namespace, name, '--container', container];
  return node.cluster.kubectl(['exec', ...at, '--', ...command]);
}

/** Everything that helps to see why a pod is not as it should be. */
async function tellPod(node: TestNode, { metadata, status }: Pod): Promise<string> {
  const { name, namespace } = metadata;
  const selector = `--field-selector=involvedObject.name=${name}`;
  const events = await node.cluster.kubectl(['get', 'events', '-n', namespace, selector]);
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const logs = statuses.map(async (container) => {
    const text = await readLogs(node, metadata, container.name).catch((error: unknown) =>
      String(error),
    );
    return `--- logs of ${container.name}\n${text.slice(-2000)}`;
  });
  const found = JSON.stringify(status, null, 1);
  return [`pod ${namespace}/${name} is ${found}`, events, ...(await Promise.all(logs))].join('\n');
}
