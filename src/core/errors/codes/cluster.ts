import type { CatalogueEntry } from '../kinds.ts';

/** What a cluster is known by, and leaving it. */
export const clusterCodes = {
  MAYFLY_CLUSTER_IDENTITY: {
    kind: 'corrupt',
    message: 'the secret {namespace}/{name} does not hold the id and the digest key of the cluster',
    hint: 'restore it from a backup, or delete it: a new one is made, and every secret is written once more',
  },
  MAYFLY_RECONCILE_UNOBSERVED: {
    kind: 'unavailable',
    message: '{object}: no controller has looked at it in time',
    hint: 'look whether one runs and leads; --wait 5m waits longer, --wait 0s only asks',
  },
  MAYFLY_DETACH_UNOBSERVED: {
    kind: 'unavailable',
    message: '{object}: a controller has not yet seen that it is suspended',
    hint: 'run the command again; with no controller running it can be left out with --wait 0s',
  },
} as const satisfies Record<string, CatalogueEntry>;
