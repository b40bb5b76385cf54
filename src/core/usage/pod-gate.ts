import { findSecretReferences } from './find-secret-references.ts';

/** Keeps a pod from being scheduled while Secrets that it references are not there. */
export const secretsGate = 'mayfly.dev/secrets';
/** Marks a pod that has the gate, so that those pods alone are followed. */
export const gatedLabel = 'mayfly.dev/gated';
/** With this a pod asks for the gate. */
export const waitAnnotation = 'mayfly.dev/wait-for-secrets';

/** What an EphemeralSecret of the lifetime `WhileInUse` makes: the name of one Secret, or null for what files say. */
export interface Supply {
  readonly makes: string | null;
}

/**
 * Whether a pod is to be gated: it asks for it, it references a Secret that one of these may make, and nobody has
 * chosen its node yet (the API server takes no gate with a node).
 */
export function decideGate(pod: object, supplies: readonly Supply[]): boolean {
  const { metadata, spec } = readPod(pod);
  if (metadata?.annotations?.[waitAnnotation] !== 'true' || spec?.nodeName !== undefined) {
    return false;
  }
  const names = new Set(findSecretReferences(pod).map(({ name }) => name));
  if (names.size === 0) return false;
  return supplies.some(({ makes }) => makes === null || names.has(makes));
}

/** The pod with the gate and its mark; itself when it has them. */
export function addGate<P extends object>(pod: P): P {
  const { metadata, spec } = readPod(pod);
  if (hasGate(pod)) return pod;
  const gates = spec?.schedulingGates ?? [];
  return {
    ...pod,
    metadata: { ...metadata, labels: { ...metadata?.labels, [gatedLabel]: 'true' } },
    spec: { ...spec, schedulingGates: [...gates, { name: secretsGate }] },
  };
}

export function hasGate(pod: object): boolean {
  return (readPod(pod).spec?.schedulingGates ?? []).some(({ name }) => name === secretsGate);
}

/** What of a pod stands in the way of its scheduling beside our gate. */
export function listOtherGates(pod: object): readonly { readonly name: string }[] {
  const gates = readPod(pod).spec?.schedulingGates ?? [];
  return gates.filter(({ name }) => name !== secretsGate);
}

/** As the API server keeps pods; it has checked them, or will. */
interface PodView {
  readonly metadata?: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly schedulingGates?: readonly { readonly name: string }[];
  };
}

function readPod(pod: object): PodView {
  return pod;
}
