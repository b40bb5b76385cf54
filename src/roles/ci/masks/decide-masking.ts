import { readVariable, type CiWorld } from '../ci-world.ts';

/**
 * How values are kept out of a log: by telling the runner of GitHub or Azure DevOps, by a filter over what the program
 * prints, or not at all.
 */
export const maskings = ['github', 'azure', 'filter', 'none'] as const;
export type Masking = (typeof maskings)[number];

/**
 * What suits the system of a job: a filter where the system cannot be told, nothing outside of a job. It is told by
 * commands with the values in them, so never where standard error is kept in a file.
 */
export function decideMasking(world: Pick<CiWorld, 'env' | 'isLogKept'>): Masking {
  const runner = findRunner(world);
  if (runner !== null) return world.isLogKept ? 'filter' : runner;
  return readVariable(world, 'CI') === null ? 'none' : 'filter';
}

/** A runner that can be told what to mask. */
function findRunner(world: Pick<CiWorld, 'env'>): Masking | null {
  if (readVariable(world, 'GITHUB_ACTIONS') === 'true') return 'github';
  return readVariable(world, 'TF_BUILD') === null ? null : 'azure';
}
