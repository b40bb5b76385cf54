import { Type } from 'typebox';
import { validate, type Parsed } from '../../api/schema/validate.ts';
import { podSchema, type Pod } from './pod-schema.ts';

/** Kinds whose pods are made from a template. */
export const workloadKinds = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
] as const;

const metadata = Type.Optional(
  Type.Object({
    name: Type.Optional(Type.String()),
    namespace: Type.Optional(Type.String()),
    annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
  }),
);
const workloadSchema = Type.Object({ metadata, spec: Type.Object({ template: podSchema }) });
const cronJobSchema = Type.Object({
  metadata,
  spec: Type.Object({ jobTemplate: Type.Object({ spec: Type.Object({ template: podSchema }) }) }),
});

/** A pod in an object, and where it stands in it. */
export interface PodTemplate {
  readonly pod: Pod;
  readonly path: readonly string[];
}

/** The pod of a Pod or of the template of a workload; null for an object of another kind. */
export function readPodTemplate(kind: string, object: unknown): Parsed<PodTemplate> | null {
  if (kind === 'Pod') return place(validate(podSchema, object, 'pod'), []);
  if (!workloadKinds.some((known) => known === kind)) return null;
  if (kind !== 'CronJob') {
    const parsed = validate(workloadSchema, object, 'workload');
    const pod = parsed.kind === 'valid' ? valid(parsed.value.spec.template) : parsed;
    return place(pod, ['spec', 'template']);
  }
  const parsed = validate(cronJobSchema, object, 'workload');
  const pod = parsed.kind === 'valid' ? valid(parsed.value.spec.jobTemplate.spec.template) : parsed;
  return place(pod, ['spec', 'jobTemplate', 'spec', 'template']);
}

function valid(value: Pod): Parsed<Pod> {
  return { kind: 'valid', value };
}

function place(parsed: Parsed<Pod>, path: readonly string[]): Parsed<PodTemplate> {
  return parsed.kind === 'valid' ? { kind: 'valid', value: { pod: parsed.value, path } } : parsed;
}
