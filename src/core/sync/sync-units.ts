import type { Target } from '../api/ephemeral-secret.ts';
import type { Digest } from '../ports/digest.ts';
import type { GitFile } from '../ports/git/git-repository.ts';

/** What makes Secrets: one file of manifests, or all files of one Secret together. */
export interface SyncUnit {
  /** The file's path, or the EphemeralSecret's. */
  readonly path: string;
  /** In order of their paths; never none. */
  readonly files: readonly GitFile[];
  /** Digest of all that the content depends on. */
  readonly origin: string;
}

export interface UnitOptions {
  /** The EphemeralSecret's path. */
  readonly path: string;
  readonly target: Target;
  /** Digest of the decryption keys. */
  readonly keys: string;
}

/** Groups the selected files into units, in order of their paths. */
export function groupUnits(
  files: readonly GitFile[],
  options: UnitOptions,
  digest: Digest,
): readonly SyncUnit[] {
  if (files.length === 0) return [];
  const groups = options.target.kind === 'manifests' ? files.map((file) => [file]) : [files];
  return groups.map((members) => ({
    path: options.target.kind === 'manifests' ? (members[0]?.path ?? '') : options.path,
    files: members,
    origin: renderOrigin(members, options, digest),
  }));
}

function renderOrigin(
  files: readonly GitFile[],
  { target, keys }: UnitOptions,
  digest: Digest,
): string {
  const text = JSON.stringify([target, keys, files.map(({ path, blob }) => [path, blob])]);
  return digest.sha256Hex(new TextEncoder().encode(text)).slice(0, 32);
}
