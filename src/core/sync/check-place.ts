import type { EphemeralSecret } from '../api/ephemeral-secret.ts';
import { createError, type MayflyError } from '../errors/mayfly-error.ts';

/** Where Secrets are written: to the API of a cluster, or into directories of one machine. */
export type Place = 'cluster' | 'machine';

/** Refuses what only works elsewhere, so that nothing is accepted and ignored. */
export function checkPlace(spec: EphemeralSecret, place: Place): readonly MayflyError[] {
  if (place === 'cluster') return [];
  const fields = [
    ...(spec.ownership === 'Adopt' ? [`spec.target.${spec.target.kind}.ownership`] : []),
    ...(spec.lifetime === 'WhileInUse' ? ['spec.lifetime WhileInUse'] : []),
    ...(spec.serviceAccountName === null ? [] : ['spec.serviceAccountName']),
  ];
  return fields.map((field) => createError('MAYFLY_SYNC_PLACE', { field, where: 'in a cluster' }));
}
