import type { EphemeralSecret } from '../api/ephemeral-secret.ts';
import { parseRestart, type RestartTarget } from '../rollout/parse-restart.ts';
import { createError, type MayflyError } from '../errors/mayfly-error.ts';

/** Where Secrets are written: to the API of a cluster, or into directories of one machine. */
export type Place = 'cluster' | 'machine';

/** Refuses what only works elsewhere, so that nothing is accepted and ignored. */
export function checkPlace(spec: EphemeralSecret, place: Place): readonly MayflyError[] {
  if (place === 'cluster') {
    return refuse(findRestarts(spec, 'hook'), 'on a machine, whose configuration has hooks');
  }
  const fields = [
    ...(spec.ownership === 'Adopt' ? [`spec.target.${spec.target.kind}.ownership`] : []),
    ...(spec.lifetime === 'WhileInUse' ? ['spec.lifetime WhileInUse'] : []),
    ...(spec.serviceAccountName === null ? [] : ['spec.serviceAccountName']),
    ...findRestarts(spec, 'workload'),
  ];
  return refuse(fields, 'in a cluster');
}

function findRestarts(
  { restart }: EphemeralSecret,
  kind: RestartTarget['kind'],
): readonly string[] {
  return restart.flatMap((entry, index) =>
    parseRestart(entry).kind === kind ? [`spec.restart[${index}]`] : [],
  );
}

function refuse(fields: readonly string[], where: string): readonly MayflyError[] {
  return fields.map((field) => createError('MAYFLY_SYNC_PLACE', { field, where }));
}
