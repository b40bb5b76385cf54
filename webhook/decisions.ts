import { Type } from 'typebox';
import { checkSpec } from '#core/api/check/check-spec.ts';
import { apiGroup, kindNames, unstored, type StoredObject } from '#core/api/object.ts';
import { validate } from '#core/api/schema/validate.ts';
import { decideInjection, type InjectionDecision } from '#core/injection/decide-injection.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import { diffJson } from '#core/injection/patch/diff-json.ts';
import { podSchema } from '#core/injection/pod/pod-schema.ts';
import { readPodTemplate } from '#core/injection/pod/read-pod-template.ts';
import { addGate, decideGate, type Supply } from '#core/usage/pod-gate.ts';
import { renderWarning, type AdmissionRequest, type Verdict } from './review.ts';
import type { Decide, Route } from './server.ts';

/** What is known of administrators' objects, from memory. Throws `unavailable` while it is not known. */
export interface AdmissionView {
  contextOf(namespace: string): InjectionContext;
  /** What the EphemeralSecrets of the lifetime `WhileInUse` make there. */
  suppliesOf(namespace: string): readonly Supply[];
}

/** Which rule of `core` answers which route. */
export function createDecisions(view: AdmissionView): Readonly<Record<Route, Decide>> {
  return {
    pods: (request) => decidePod(request, view),
    workloads: (request) => decideWorkload(request, view),
    objects: decideObject,
  };
}

const passed: Verdict = { kind: 'allow', patch: [], warnings: [] };

/** Pods get containers, volumes and gates when they are created and never later. */
function decidePod(
  { operation, object, namespace }: AdmissionRequest,
  view: AdmissionView,
): Verdict {
  if (operation !== 'CREATE') return passed;
  const parsed = validate(podSchema, object, 'pod');
  if (parsed.kind === 'invalid') return { kind: 'deny', errors: parsed.errors };
  const pod = parsed.value;
  const decision = decideInjection(pod, view.contextOf(namespace));
  if (decision.kind === 'refuse') return { kind: 'deny', errors: decision.errors };
  const isInjected = decision.kind === 'inject';
  const injected = isInjected ? decision.pod : pod;
  const isGated = decideGate(pod, view.suppliesOf(namespace));
  const patch = diffJson(pod, isGated ? addGate(injected) : injected);
  return { kind: 'allow', patch, warnings: isInjected ? decision.warnings : [] };
}

/** Tells whoever writes a workload what will be said to its pods. */
function decideWorkload(request: AdmissionRequest, view: AdmissionView): Verdict {
  const template = readPodTemplate(request.kind.kind, request.object);
  if (template === null) return passed;
  if (template.kind === 'invalid') return warn(template.errors.map(renderWarning));
  return warn(findTold(decideInjection(template.value.pod, view.contextOf(request.namespace))));
}

function findTold(decision: InjectionDecision): readonly string[] {
  if (decision.kind === 'refuse') return decision.errors.map(renderWarning);
  return decision.kind === 'inject' ? decision.warnings.map((text) => `mayfly: ${text}`) : [];
}

function warn(warnings: readonly string[]): Verdict {
  return { kind: 'allow', patch: [], warnings };
}

const ownSchema = Type.Object({
  metadata: Type.Object({
    name: Type.Optional(Type.String()),
    generateName: Type.Optional(Type.String()),
  }),
  spec: Type.Optional(Type.Unknown()),
});

/** The rules configured say what is asked about; whatever else is asked is no business of ours. */
function decideObject(request: AdmissionRequest): Verdict {
  const { group, kind: asked } = request.kind;
  const kind = kindNames.find((known) => known === asked && group === apiGroup);
  if (kind === undefined || request.object === null) return passed;
  const parsed = validate(ownSchema, request.object, 'object');
  if (parsed.kind === 'invalid') return { kind: 'deny', errors: parsed.errors };
  const { metadata, spec } = parsed.value;
  if (isSpecOf(request.oldObject, spec)) return passed;
  const name = metadata.name ?? metadata.generateName ?? '';
  const errors = checkSpec({ kind, ...asStored({ namespace: request.namespace, name }, spec) });
  return errors.length > 0 ? { kind: 'deny', errors } : passed;
}

/**
 * Whoever only changes metadata is let do so: a finalizer has to come off an object that was wrong from the start. Both
 * were written by the same server.
 */
function isSpecOf(before: unknown, spec: unknown): boolean {
  const parsed = validate(ownSchema, before, 'object');
  return parsed.kind === 'valid' && JSON.stringify(parsed.value.spec) === JSON.stringify(spec);
}

function asStored(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  spec: unknown,
): Omit<StoredObject, 'kind'> {
  const metadata = { namespace, name, labels: {}, annotations: {}, ...unstored };
  return { metadata, spec, status: {} };
}
