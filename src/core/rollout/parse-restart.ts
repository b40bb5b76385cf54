export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

/** A workload of the namespace, whose pods are replaced when it is restarted. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** What an entry of `restart` names. */
export type RestartTarget =
  | { readonly kind: 'hook'; readonly name: string }
  | { readonly kind: 'workload'; readonly workload: Workload };

const kinds: ReadonlyMap<string, WorkloadKind> = new Map([
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
]);

/** Reads an entry that the schema let pass: `deployment/web` as kubectl writes it, or the name of a hook. */
export function parseRestart(entry: string): RestartTarget {
  const slash = entry.indexOf('/');
  const kind = kinds.get(entry.slice(0, Math.max(0, slash)));
  if (kind === undefined) return { kind: 'hook', name: entry };
  return { kind: 'workload', workload: { kind, name: entry.slice(slash + 1) } };
}
