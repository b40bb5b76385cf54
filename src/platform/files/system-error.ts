/**
 * The errno name of a failed system call (`ENOENT`), or `unknown`. The text of the error is never used. Told by
 * shape, because an error of Node's own may come from another realm than the caller's `Error`.
 */
export function readErrno(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'unknown';
  return typeof error.code === 'string' ? error.code : 'unknown';
}
