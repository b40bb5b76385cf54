import { readField } from '../text/read-field.ts';

/** A Secret that a pod names. */
export interface SecretReference {
  readonly name: string;
  /** Some reference to it lets the pod start without it. */
  readonly isOptional: boolean;
}

type Found = Map<string, boolean>;

/**
 * Every Secret that the kubelet resolves for a pod, each once: in environments, volumes, storage and image pulls. What
 * a persistent volume names is not part of the pod. See
 * {@link https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/}.
 */
export function findSecretReferences(pod: object): readonly SecretReference[] {
  const spec = readField(pod, 'spec');
  const found: Found = new Map();
  for (const kind of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const container of listAt(spec, kind)) addEnvironment(found, container);
  }
  for (const volume of listAt(spec, 'volumes')) addVolume(found, volume);
  for (const pull of listAt(spec, 'imagePullSecrets')) add(found, pull, 'name');
  return [...found].map(([name, isOptional]) => ({ name, isOptional }));
}

/** Whether a pod still needs what it references: also one that is being terminated, until it is gone. */
export function isPodUsing(pod: object): boolean {
  const phase = readField(pod, 'status', 'phase');
  return phase !== 'Succeeded' && phase !== 'Failed';
}

function addEnvironment(found: Found, container: unknown): void {
  for (const variable of listAt(container, 'env')) {
    add(found, readField(variable, 'valueFrom', 'secretKeyRef'), 'name');
  }
  for (const source of listAt(container, 'envFrom'))
    add(found, readField(source, 'secretRef'), 'name');
}

/** Volume types that log in to a storage with a Secret: where its name stands. */
const storageSecrets: readonly (readonly [type: string, reference: string])[] = [
  ['csi', 'nodePublishSecretRef'],
  ['cephfs', 'secretRef'],
  ['rbd', 'secretRef'],
  ['iscsi', 'secretRef'],
  ['flexVolume', 'secretRef'],
  ['scaleIO', 'secretRef'],
  ['storageos', 'secretRef'],
];

function addVolume(found: Found, volume: unknown): void {
  add(found, readField(volume, 'secret'), 'secretName');
  add(found, readField(volume, 'azureFile'), 'secretName');
  for (const source of listAt(readField(volume, 'projected'), 'sources')) {
    add(found, readField(source, 'secret'), 'name');
  }
  for (const [type, reference] of storageSecrets) {
    add(found, readField(volume, type, reference), 'name');
  }
}

function add(found: Found, reference: unknown, key: string): void {
  const name = readField(reference, key);
  if (typeof name !== 'string' || name === '') return;
  found.set(name, found.get(name) === true || readField(reference, 'optional') === true);
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const list = readField(value, key);
  return Array.isArray(list) ? list : [];
}
