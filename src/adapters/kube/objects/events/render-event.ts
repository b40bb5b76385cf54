import { apiVersion } from '#core/api/object.ts';
import type { KubeName, KubeResource } from '#core/ports/kube/kube-api.ts';
import type { ObjectEvent } from '#core/ports/object-api.ts';
import type { Instant } from '#core/ports/time.ts';
import { renderMicroTime } from '#platform/kube/wire/render-micro-time.ts';

const resource: KubeResource = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
};

/** Longest note of an event, in bytes, by the API server's rule; three are left for the sign of a cut. */
const maxNoteBytes = 1024 - 3;
/** So that a name with the part that makes it unique stays under 253 characters. */
const maxNameLength = 200;

/** Where an event is kept: beside its object, or for one of the cluster in `default`. */
export function nameEvent({ about }: ObjectEvent, unique: string): KubeName {
  const namespace = about.namespace === '' ? 'default' : about.namespace;
  const stem = about.name.slice(0, maxNameLength).replace(/[-.]{1,200}$/u, '');
  return { resource, namespace, name: `${stem}.${unique}` };
}

export interface EventFacts {
  readonly event: ObjectEvent;
  /** Uid of the object; null when it is gone. */
  readonly uid: string | null;
  /** Which of the processes reports. */
  readonly instance: string;
  readonly now: Instant;
}

/**
 * An event as the API takes it, but for its metadata. See
 * {@link https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/}.
 */
export function renderEvent({ event, uid, instance, now }: EventFacts): object {
  const { about, type, reason, message } = event;
  return {
    apiVersion: `${resource.group}/${resource.version}`,
    kind: resource.kind,
    eventTime: renderMicroTime(now),
    reportingController: 'mayfly.dev/controller',
    reportingInstance: instance,
    action: 'Reconcile',
    type,
    reason,
    note: cutNote(message),
    regarding: {
      apiVersion,
      kind: about.kind,
      name: about.name,
      ...(about.namespace === '' ? {} : { namespace: about.namespace }),
      ...(uid === null ? {} : { uid }),
    },
  };
}

/** The change that counts an event that came again. */
export function renderSeries(count: number, now: Instant): object {
  return { series: { count, lastObservedTime: renderMicroTime(now) } };
}

function cutNote(message: string): string {
  const { read } = new TextEncoder().encodeInto(message, new Uint8Array(maxNoteBytes));
  return read === message.length ? message : `${message.slice(0, read)}…`;
}
