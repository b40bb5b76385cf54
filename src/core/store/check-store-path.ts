import { createError } from '../errors/mayfly-error.ts';

const longest = 1024;
/** Without what a URL would read as something else, and without what nobody can see. */
const plain = /^[^\\?#%\s\p{Cc}\p{Cf}]*$/u;

/**
 * Whether a path from outside can be one of a store. Throws `MAYFLY_STORE_PATH_INVALID` for an absolute, empty or
 * overlong path, for segments that are empty, `.` or `..`, and for characters that a URL gives a meaning.
 */
export function checkStorePath(store: string, path: string): void {
  const problem = findProblem(path);
  if (problem !== null) throw createError('MAYFLY_STORE_PATH_INVALID', { store, path, problem });
}

function findProblem(path: string): string | null {
  if (path.length > longest) return `it is over ${longest} characters`;
  if (!plain.test(path) || !path.isWellFormed()) return 'it holds a character that no path has';
  const segments = path.split('/');
  if (segments.includes('')) return 'it is empty or has an empty segment';
  return segments.some((segment) => segment === '.' || segment === '..') ? 'it climbs' : null;
}
