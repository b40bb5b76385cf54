/** What decides it, as `stat` tells it. */
export interface FileRights {
  readonly mode: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
}

/**
 * Whether anybody but root and the user Mayfly runs as could read or change the file. systemd grants a credential
 * of root's to one user by an ACL, which `stat` shows as a group right of group 0: that is no exposure.
 */
export function isExposed(file: FileRights, ownUid: number): boolean {
  if (file.uid !== 0n && file.uid !== BigInt(ownUid)) return true;
  const isRoots = file.uid === 0n && file.gid === 0n;
  const forbidden = isRoots ? 0o037n : 0o077n;
  return (file.mode & forbidden) !== 0n;
}
