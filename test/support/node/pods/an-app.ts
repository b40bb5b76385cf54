import { busyboxImage } from '../images/test-images.ts';
import { restrictedContainer, restrictedPod } from './restricted.ts';
import type { PodName } from './run-pod.ts';

export interface App extends PodName {
  /** Without their prefix. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What its container `app` runs in a shell; default: nothing, for long. */
  readonly script?: string;
  /** Instead of what stands in the pod otherwise. */
  readonly spec?: object;
  /** Instead of what stands in its container otherwise. */
  readonly container?: object;
}

/** A pod with one container `app`, as *restricted* asks. */
export function anApp(app: App): object {
  const { namespace, name } = app;
  const metadata = { namespace, name, annotations: prefixed(app.annotations) };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: anAppSpec(app) };
}

/** A Job of such a pod. */
export function aJob(app: App): object {
  const { namespace, name, annotations } = app;
  const template = {
    metadata: { annotations: prefixed(annotations) },
    spec: { ...anAppSpec(app), restartPolicy: 'Never' },
  };
  const spec = { backoffLimit: 0, template };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace, name }, spec };
}

function anAppSpec({ script = 'exec sleep 100000', container = {}, spec = {} }: App): object {
  const own = { name: 'app', image: busyboxImage, command: ['sh', '-c', script] };
  const containers = [{ ...own, securityContext: restrictedContainer, ...container }];
  return {
    securityContext: restrictedPod,
    // Busybox ends at once when it is asked to only if it is not the first process.
    terminationGracePeriodSeconds: 1,
    containers,
    ...spec,
  };
}

function prefixed(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.map(([name, value]) => [`mayfly.dev/${name}`, value]));
}
