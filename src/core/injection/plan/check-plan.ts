import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import type { PodRequest } from '../annotations/parse-annotations.ts';
import type { Pod } from '../pod/pod-schema.ts';
import type { InjectionSettings } from '../settings.ts';
import type { InjectionPlan } from './injection-plan.ts';
import { renderOwnMounts } from './own-mounts.ts';

/** What was asked for, and what the administrator decided. */
interface Decided {
  readonly request: PodRequest;
  readonly settings: InjectionSettings;
}

/** The rules that a pod breaks with what it asks, besides those of its annotations and stores. */
export function checkPlan(
  pod: Pod,
  plan: InjectionPlan,
  { request, settings }: Decided,
): readonly MayflyError[] {
  return [
    ...refuseUnknown(pod, request),
    ...refuseUnread(request, plan),
    ...refuseEarly(pod, plan),
    ...refuseModes(request, plan),
    ...refuseSignal(pod, plan),
    ...refuseRestart(pod, plan, settings),
    ...refuseMounts(pod, plan),
  ];
}

function refuseUnknown({ spec }: Pod, { containers }: PodRequest): readonly MayflyError[] {
  const known = new Set(
    [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name),
  );
  const annotation = 'mayfly.dev/containers';
  return (containers ?? [])
    .filter((name) => !known.has(name))
    .map((container) => createError('MAYFLY_POD_CONTAINER_UNKNOWN', { annotation, container }));
}

function refuseUnread(
  { files, variables, containers }: PodRequest,
  { scope }: InjectionPlan,
): readonly MayflyError[] {
  const isAsked = files.length + variables.size > 0 && containers === null;
  return isAsked && scope.length === 0 ? [createError('MAYFLY_POD_NO_READER', {})] : [];
}

/** Whether a container reads anything that the agent writes. */
function isReader(name: string, { agent, scope, deliveries }: InjectionPlan): boolean {
  return deliveries.has(name) || (agent.files.length > 0 && scope.includes(name));
}

function refuseEarly({ spec }: Pod, plan: InjectionPlan): readonly MayflyError[] {
  return (spec.initContainers ?? [])
    .slice(0, plan.place)
    .filter(({ name }) => isReader(name, plan))
    .map(({ name }) => createError('MAYFLY_POD_CONTAINER_EARLY', { container: name }));
}

const readersByBit: ReadonlyMap<number, string> = new Map([
  [0o400, 'its owner (0400)'],
  [0o040, 'its group (0040)'],
  [0o004, 'anybody (0004)'],
]);

function refuseModes(
  { files }: PodRequest,
  { access, scope }: InjectionPlan,
): readonly MayflyError[] {
  const who = readersByBit.get(access.readBit) ?? '';
  const [container = ''] = scope;
  return files
    .filter(({ mode }) => mode !== null && (mode & access.readBit) === 0)
    .map(({ name }) => createError('MAYFLY_POD_MODE_UNREADABLE', { name, container, who }));
}

function refuseSignal({ spec }: Pod, { access, agent }: InjectionPlan): readonly MayflyError[] {
  if (agent.onChange.kind !== 'signal') return [];
  const reasons = [
    ...(spec.shareProcessNamespace === true ? [] : ['its containers share no process namespace']),
    ...(spec.hostPID === true ? ['it sees the processes of the node'] : []),
    ...(access.sharedUid === null ? ['its containers do not run as one uid, or as root'] : []),
  ];
  return reasons.map((reason) => createError('MAYFLY_POD_SIGNAL_UNSHARED', { reason }));
}

/** What ran to its end would run again with the others, so that only a pod that never ends is restarted. */
function refuseRestart(
  { spec }: Pod,
  { agent }: InjectionPlan,
  { restartContainers }: InjectionSettings,
): readonly MayflyError[] {
  if (agent.onChange.kind !== 'restart') return [];
  const { restartPolicy = 'Always' } = spec;
  const reasons = [
    ...(restartContainers ? [] : ['the administrator has not said that every kubelet can']),
    ...(restartPolicy === 'Always' ? [] : [`its restartPolicy is ${restartPolicy}`]),
  ];
  return reasons.map((reason) => createError('MAYFLY_POD_RESTART_OFF', { reason }));
}

/** A mount of the user where ours would go. */
function refuseMounts({ spec }: Pod, plan: InjectionPlan): readonly MayflyError[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return containers.flatMap(({ name, volumeMounts = [] }) => {
    const taken = new Set(volumeMounts.map(({ mountPath }) => trim(mountPath)));
    return renderOwnMounts(name, plan)
      .filter(({ mountPath }) => taken.has(mountPath))
      .map(({ mountPath: path }) =>
        createError('MAYFLY_POD_MOUNT_TAKEN', { container: name, path }),
      );
  });
}

function trim(path: string): string {
  return path.length > 1 ? path.replace(/\/$/u, '') : path;
}
