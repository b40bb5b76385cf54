import { Type } from 'typebox';
import { validate } from '#core/api/schema/validate.ts';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import { prefix } from '#core/injection/annotations/annotation-table.ts';
import { decideInjection, type InjectionDecision } from '#core/injection/decide-injection.ts';
import type { Pod } from '#core/injection/pod/pod-schema.ts';
import { renderContext, type PodWorld } from '#core/injection/pod-world.ts';
import { readPodTemplate } from '#core/injection/pod/read-pod-template.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';

/** What becomes of one pod, or of the pods of one workload. */
export interface Explanation {
  /** Such as `Deployment shop/web`. */
  readonly subject: string;
  readonly pod: Pod | null;
  readonly decision: InjectionDecision;
  /** What is odd about the object around the pod. */
  readonly remarks: readonly string[];
}

export interface ExplainRules {
  readonly world: PodWorld;
  readonly settings: InjectionSettings;
  /** Of objects that name no namespace. */
  readonly namespace: string;
}

const headSchema = Type.Object({
  kind: Type.String(),
  metadata: Type.Optional(
    Type.Object({
      name: Type.Optional(Type.String()),
      generateName: Type.Optional(Type.String()),
      namespace: Type.Optional(Type.String()),
      annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  ),
});

/** Null for a document that makes no pods. */
export function explainPod(written: unknown, rules: ExplainRules): Explanation | null {
  const document = dropNulls(written);
  const head = readHead(document, rules.namespace);
  const parsed = head === null ? null : readPodTemplate(head.kind, document);
  if (head === null || parsed === null) return null;
  const { subject } = head;
  if (parsed.kind === 'invalid') {
    return { subject, pod: null, decision: refuse(parsed.errors), remarks: [] };
  }
  const { pod, path } = parsed.value;
  const remarks = path.length === 0 ? [] : findMisplaced(head, path);
  return { subject, pod, decision: decide(pod, head.namespace, rules), remarks };
}

interface Head {
  readonly kind: string;
  readonly namespace: string;
  readonly subject: string;
  readonly annotations: Readonly<Record<string, string>>;
}

function readHead(document: unknown, fallback: string): Head | null {
  const head = validate(headSchema, document, 'object');
  if (head.kind === 'invalid') return null;
  const { kind, metadata = {} } = head.value;
  const { namespace = fallback, generateName = '(no name)', annotations = {} } = metadata;
  const subject = `${kind} ${namespace}/${metadata.name ?? generateName}`;
  return { kind, namespace, subject, annotations };
}

function findMisplaced({ kind, annotations }: Head, path: readonly string[]): readonly string[] {
  const place = `${path.join('.')}.metadata.annotations`;
  return Object.keys(annotations)
    .filter((key) => key.startsWith(prefix))
    .map(
      (key) => `${key} stands on the ${kind} itself, where nothing reads it: move it to ${place}`,
    );
}

function decide(pod: Pod, namespace: string, { world, settings }: ExplainRules): InjectionDecision {
  return decideInjection(pod, renderContext(world, namespace, settings));
}

/** The API server drops a field that is there and empty, such as `annotations:`. */
function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(entries.map(([key, field]) => [key, dropNulls(field)]));
}

function refuse(errors: readonly MayflyError[]): InjectionDecision {
  return { kind: 'refuse', errors };
}
