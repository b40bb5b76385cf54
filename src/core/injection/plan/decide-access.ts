import { readUid } from '../pod/pod-facts.ts';
import type { Container, Pod } from '../pod/pod-schema.ts';

/** Who may read the files of a pod, and as whom the agent runs. */
export interface Access {
  /** The group that the pod has for its volumes; the uid that its containers share; or everybody who mounts them. */
  readonly kind: 'fsGroup' | 'sharedUid' | 'everybody';
  /** As whom the agent runs. */
  readonly uid: number;
  /** Null unless the containers share one that is not root. */
  readonly sharedUid: number | null;
  /** Of a file whose mode nobody chose. */
  readonly mode: number;
  /** The bit that lets the containers read a file. */
  readonly readBit: number;
}

const agentUid = 65_532;

/**
 * The narrowest modes that let the containers read. The agent runs as the uid that they share when it is one and not
 * root. A pod's `fsGroup` is used and never added: it would change the owner of every volume of the user.
 */
export function decideAccess(pod: Pod, readers: readonly Container[]): Access {
  const sharedUid = findShared(readers.map((container) => readUid(pod, container)));
  const identity = { uid: sharedUid ?? agentUid, sharedUid };
  if (pod.spec.securityContext?.fsGroup !== undefined) {
    const readBit = sharedUid === null ? 0o040 : 0o400;
    return { kind: 'fsGroup', ...identity, mode: 0o440, readBit };
  }
  return sharedUid === null
    ? { kind: 'everybody', ...identity, mode: 0o444, readBit: 0o004 }
    : { kind: 'sharedUid', ...identity, mode: 0o400, readBit: 0o400 };
}

function findShared(uids: readonly (number | null)[]): number | null {
  const [first = null, ...others] = new Set(uids);
  return others.length === 0 && first !== 0 ? first : null;
}
