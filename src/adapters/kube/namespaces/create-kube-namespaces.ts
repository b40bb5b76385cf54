import { namespaceResource } from '#core/api/kube-resources.ts';
import { isEqualRecord } from '#core/drift/diff-secret.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';
import type { ReflectorChange, ReflectorHealth } from '#core/ports/kube/reflector.ts';
import { createReflector, type ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';

/** The namespaces of a cluster, mirrored; see readme.md. */
export interface KubeNamespaces extends NamespaceLabels {
  /** Keeps the mirror up to date until the signal ends it. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when everything was listed once. */
  untilSynced(signal: AbortSignal): Promise<void>;
  health(): ReflectorHealth;
}

interface KeptNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function createKubeNamespaces(deps: ReflectorDeps): KubeNamespaces {
  const listeners = new Set<(namespace: string) => void>();
  const reflector = createReflector<KeptNamespace>(deps, {
    query: { resource: namespaceResource, metadataOnly: true },
    keep: ({ metadata: { name, labels = {} } }: KubeObject) => ({ name, labels }),
    onChange: ({ before, after }: ReflectorChange<KeptNamespace>) => {
      if (after === null || (before !== null && isEqualRecord(before.labels, after.labels))) return;
      for (const listen of listeners) listen(after.name);
    },
  });
  return {
    read(namespace): Readonly<Record<string, string>> | null {
      if (!reflector.health().synced) {
        const what = 'the list of namespaces';
        throw createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'not listed yet' });
      }
      return reflector.get('', namespace)?.labels ?? null;
    },
    async watch(onChange, signal): Promise<void> {
      if (signal.aborted) return;
      listeners.add(onChange);
      await untilAborted(signal);
      listeners.delete(onChange);
    },
    run: async (signal) => await reflector.run(signal),
    untilSynced: async (signal) => await reflector.untilSynced(signal),
    health: () => reflector.health(),
  };
}
