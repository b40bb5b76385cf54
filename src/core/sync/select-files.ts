import type { Target } from '../api/ephemeral-secret.ts';
import type { GitFile } from '../ports/git/git-repository.ts';

/** Order of repository paths: by code unit, the same everywhere. */
export function comparePaths(a: { readonly path: string }, b: { readonly path: string }): number {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}

/** The files at or below a path; the empty path is the root of the repository. Takes a logarithm of their number. */
export function filesAtOrBelow(sorted: readonly GitFile[], path: string): readonly GitFile[] {
  if (path === '') return sorted;
  const first = firstFrom(sorted, path);
  if (sorted[first]?.path === path) return sorted.slice(first, first + 1);
  // `0` is the character that follows `/`.
  return sorted.slice(firstFrom(sorted, `${path}/`), firstFrom(sorted, `${path}0`));
}

function firstFrom(sorted: readonly GitFile[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.path ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The files an EphemeralSecret is made from, in the order of `sorted`. A file named by `path` itself is always taken;
 * of a folder, those that fit the target: hidden files and `kustomization` files never do.
 */
export function selectFiles(
  sorted: readonly GitFile[],
  path: string,
  target: Target,
): readonly GitFile[] {
  return filesAtOrBelow(sorted, path).filter((file) => isSelected(file.path, path, target));
}

/** Whether {@link selectFiles} takes the file at this repository path. */
export function isSelected(file: string, path: string, target: Target): boolean {
  if (file === path) return true;
  if (path !== '' && !file.startsWith(`${path}/`)) return false;
  return isTaken(file.slice(path.length), target);
}

const extensions = {
  manifests: ['.yaml', '.yml', '.json'],
  dotenv: ['.env'],
  json: ['.json'],
  yaml: ['.yaml', '.yml'],
  ini: ['.ini'],
} as const;
const kustomizations = /^kustomization\.ya?ml$/u;

function isTaken(below: string, target: Target): boolean {
  const segments = below.split('/').filter((segment) => segment !== '');
  const name = segments.at(-1) ?? '';
  if (target.kind === 'secret' && target.from === 'keys') {
    return isPicked(segments.join('/'), target.keys);
  }
  if (segments.slice(0, -1).some(isHidden) || kustomizations.test(name)) return false;
  return fits(name, target.kind === 'manifests' ? 'manifests' : target.from);
}

function fits(name: string, from: keyof typeof extensions | 'file' | 'keys'): boolean {
  if (name === '.env') return from === 'dotenv';
  if (isHidden(name) || from === 'keys') return false;
  return from === 'file' || extensions[from].some((extension) => name.endsWith(extension));
}

function isPicked(path: string, picks: readonly { readonly file: string | null }[]): boolean {
  return picks.some((pick) => pick.file === path);
}

function isHidden(segment: string): boolean {
  return segment.startsWith('.');
}
