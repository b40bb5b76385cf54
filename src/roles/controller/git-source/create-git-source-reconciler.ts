import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { findDependents, findFollowed } from '../dependents.ts';
import { createSourceReconciler } from '../../sources/create-source-reconciler.ts';
import { createStatusRecords } from './status-records.ts';

/** Follows GitSources for EphemeralSecrets; what was accepted stands in their status. */
export function createGitSourceReconciler(parts: ControllerParts): Reconcile {
  const { objects } = parts;
  return createSourceReconciler({
    ...parts,
    records: createStatusRecords(objects),
    followers: {
      findDependents: async (source, changed) => await findDependents(objects, source, changed),
      findWanted: async (source, files) => await findFollowed(objects, source, files),
      enqueue: (ref) => parts.enqueue(ref),
    },
  });
}
