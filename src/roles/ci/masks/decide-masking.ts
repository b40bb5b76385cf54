import { readVariable, type CiWorld } from '../ci-world.ts';

/**
 * How values are kept out of a log: by telling the runner of GitHub or Azure DevOps, by a filter over what the program
 * prints, or not at all.
 */
export const maskings = ['github', 'azure', 'filter', 'none'] as const;
export type Masking = (typeof maskings)[number];

/** What suits the system of a job: a filter where the system cannot be told, nothing outside of a job. */
export function decideMasking(world: Pick<CiWorld, 'env'>): Masking {
  if (readVariable(world, 'GITHUB_ACTIONS') === 'true') return 'github';
  if (readVariable(world, 'TF_BUILD') !== null) return 'azure';
  return readVariable(world, 'CI') === null ? 'none' : 'filter';
}
