import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { isReservedNamespace } from '../tenancy/select-namespace.ts';
import { prefix } from './annotations/annotation-table.ts';
import { waitAnnotation } from '../usage/pod-gate.ts';
import { parseAnnotations, type Checked } from './annotations/parse-annotations.ts';
import { checkClaims, translateAnnotations } from './compat/translate-pod.ts';
import type { Translation } from './compat/translation.ts';
import type { InjectionContext } from './injection-context.ts';
import { covers } from './patch/covers.ts';
import { injectPod, injectedAnnotation } from './patch/inject-pod.ts';
import { restorePod, type RestoredPod } from './patch/restore-pod.ts';
import { decidePlan, type Asked } from './plan/decide-plan.ts';
import { ownNames, ownVolumePrefix, type InjectionPlan } from './plan/injection-plan.ts';
import { findEnvReferences } from './pod/find-env-references.ts';
import { isWindows } from './pod/pod-facts.ts';
import type { Pod } from './pod/pod-schema.ts';
import type { InjectionSettings } from './settings.ts';
import { findWarnings } from './find-warnings.ts';

/** What becomes of a pod. */
export type InjectionDecision =
  /** It asks for nothing. */
  | { readonly kind: 'leave' }
  /** It carries everything already, as Mayfly would make it now. */
  | { readonly kind: 'injected'; readonly plan: InjectionPlan }
  | {
      readonly kind: 'inject';
      readonly pod: Pod;
      readonly plan: InjectionPlan;
      /** What its author should know; sentences without a full stop. */
      readonly warnings: readonly string[];
    }
  /** Every rule that it breaks. */
  | { readonly kind: 'refuse'; readonly errors: readonly MayflyError[] };

/**
 * Decides about one pod: its annotations, its environment, and the place that it is for. Deciding again about the pod
 * of the answer is `injected`: nothing is ever done twice.
 */
export function decideInjection(pod: Pod, context: InjectionContext): InjectionDecision {
  const restored = restorePod(pod);
  const { pod: plain, earlier } = restored;
  const { settings } = context;
  const { value: asked, errors, claims, annotations } = readAsked(restored, settings);
  if (isNothing(asked) && errors.length === 0) {
    return earlier === null ? decideIdle(annotations) : refuseForeign();
  }
  const { value: plan, errors: broken } = decidePlan(plain, asked, context);
  const place = [...refusePlace(plain, context), ...findTaken(plain)];
  const all = [...errors, ...place, ...broken, ...checkClaims(claims, plan.agent.stores)];
  if (all.length > 0) return { kind: 'refuse', errors: all };
  const done = injectPod(plain, plan, settings);
  if (earlier === null) {
    return { kind: 'inject', pod: done, plan, warnings: findWarnings(plain, plan) };
  }
  return covers(pod, done) ? { kind: 'injected', plan } : refuseForeign();
}

type Reading = Checked<Asked> & Pick<Translation, 'claims' | 'annotations'>;

function readAsked(
  { pod, earlier }: RestoredPod,
  { compatibility, defaultStore }: InjectionSettings,
): Reading {
  const translated = translateAnnotations(pod.metadata?.annotations ?? {}, compatibility);
  const { annotations, claims } = translated;
  const { value: request, errors } = parseAnnotations(annotations, defaultStore);
  const references = findEnvReferences(pod, { store: request.store, compatibility });
  return {
    value: { request, references: references.value, earlier },
    errors: [...translated.errors, ...errors, ...references.errors],
    claims,
    annotations,
  };
}

/** An agent that is not the one that Mayfly would put there. */
function refuseForeign(): InjectionDecision {
  return { kind: 'refuse', errors: [refuseName(`container ${ownNames.agent}`)] };
}

function isNothing({ request, references }: Asked): boolean {
  return request.files.length + request.variables.size + references.length === 0;
}

function decideIdle(annotations: Readonly<Record<string, string>>): InjectionDecision {
  const own = Object.keys(annotations).filter(
    (key) => key.startsWith(prefix) && key !== waitAnnotation,
  );
  if (own.length === 0) return { kind: 'leave' };
  return { kind: 'refuse', errors: [createError('MAYFLY_POD_NOTHING_ASKED', {})] };
}

function refusePlace(
  pod: Pod,
  { namespace: { name: namespace }, settings }: InjectionContext,
): readonly MayflyError[] {
  const isReserved = isReservedNamespace(namespace, settings.ownNamespace);
  return [
    ...(isReserved ? [createError('MAYFLY_POD_NAMESPACE', { namespace })] : []),
    ...(isWindows(pod) ? [createError('MAYFLY_POD_WINDOWS', {})] : []),
  ];
}

/** Names of ours in a pod from which everything of ours was taken away. */
function findTaken({ spec, metadata }: Pod): readonly MayflyError[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const mounting = containers.filter(({ volumeMounts = [] }) =>
    volumeMounts.some(({ name }) => name.startsWith(ownVolumePrefix)),
  );
  const reading = containers.filter(({ env = [] }) =>
    env.some(({ valueFrom }) => valueFrom?.fileKeyRef?.volumeName.startsWith(ownVolumePrefix)),
  );
  return [
    ...containers
      .filter(({ name }) => name === ownNames.agent)
      .map(({ name }) => `container ${name}`),
    ...(spec.volumes ?? [])
      .filter(({ name }) => name.startsWith(ownVolumePrefix))
      .map(({ name }) => `the volume ${name}`),
    ...mounting.map(({ name }) => `a mount of container ${name}`),
    ...reading.map(({ name }) => `a variable of container ${name}`),
    ...(metadata?.annotations?.[injectedAnnotation] === undefined
      ? []
      : [`the annotation ${injectedAnnotation}`]),
  ].map(refuseName);
}

function refuseName(what: string): MayflyError {
  return createError('MAYFLY_POD_NAME_TAKEN', { what });
}
