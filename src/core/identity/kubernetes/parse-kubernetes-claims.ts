import { isRecord } from '../../text/read-field.ts';
import type { Claims, PodIdentity } from '../identity.ts';
import { keepTold, noFacts, readText, type ParsedClaims } from '../read-attributes.ts';

/**
 * Kubernetes. A token whose `sub` names another account than its private claims is of no kind that an API server makes:
 * it has no attributes.
 */
export function parseKubernetesClaims(claims: Claims): ParsedClaims {
  const pod = readPodIdentity(claims);
  if (pod === null) return { ...noFacts, attributes: new Map() };
  const attributes = keepTold([
    ['namespace', pod.namespace],
    ['serviceAccount', pod.serviceAccount],
    ['serviceAccountUid', pod.serviceAccountUid],
    ['pod', pod.pod?.name ?? null],
    ['node', pod.node?.name ?? null],
  ]);
  return { ...noFacts, attributes, unit: pod.pod?.uid ?? null, pod };
}

function readPodIdentity({ sub, jti, 'kubernetes.io': own }: Claims): PodIdentity | null {
  if (!isRecord(own)) return null;
  const namespace = readText(own['namespace']);
  const account = readBound(own['serviceaccount']);
  if (namespace === null || account === null) return null;
  if (sub !== `system:serviceaccount:${namespace}:${account.name}`) return null;
  return {
    namespace,
    serviceAccount: account.name,
    serviceAccountUid: account.uid,
    pod: readBound(own['pod']),
    node: readBound(own['node']),
    credentialId: typeof jti === 'string' ? `JTI=${jti}` : null,
  };
}

function readBound(value: unknown): { readonly name: string; readonly uid: string } | null {
  if (!isRecord(value)) return null;
  const [name, uid] = [readText(value['name']), readText(value['uid'])];
  return name === null || uid === null ? null : { name, uid };
}
