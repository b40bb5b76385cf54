import type { SecretBytes } from '../../secret/secret-bytes.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';

/** Exactly one of the four is followed. */
export type GitRef =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'semver'; readonly range: string }
  | { readonly kind: 'commit'; readonly id: string };

export type GitAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: SecretBytes; readonly password: SecretBytes }
  | { readonly kind: 'bearer'; readonly token: SecretBytes }
  | {
      readonly kind: 'ssh';
      readonly privateKey: SecretBytes;
      readonly passphrase?: SecretBytes;
      /** Lines of a known_hosts file; a host that is not in it is refused. */
      readonly knownHosts: string;
    };

/** Bounds of one fetch. Sizes in bytes. */
export interface GitLimits {
  /** What the repository may take on disk, and what one fetch may bring. */
  readonly bytes: number;
  /** How many files the included part of the tree may have. */
  readonly files: number;
  /** How large one included file may be. */
  readonly fileBytes: number;
  /** How many commits back the last accepted revision is searched for. */
  readonly commits: number;
}

export interface GitRequest {
  /** Names the local object store of this source: `<namespace>/<name>`. */
  readonly key: string;
  readonly url: string;
  readonly ref: GitRef;
  readonly auth: GitAuth;
  /** Entries of the host policy that count for this request instead of the configuration's. */
  readonly hosts?: readonly string[];
  /** PEM certificates to trust instead of the system's, for https. */
  readonly ca?: string;
  readonly history: 'FastForwardOnly' | 'Any';
  readonly limits: GitLimits;
  readonly timeoutMs: number;
  /** Globs of repository paths to read (`*`, `**`, `?`, a final `/` for all below); empty reads everything. */
  readonly include: readonly string[];
  /** What was accepted last time; null at first sight. */
  readonly accepted: AcceptedRevision | null;
}

export interface AcceptedRevision {
  /** Full commit id. */
  readonly commit: string;
  /** The tag that was followed (tag and semver refs). */
  readonly tag?: string;
}

/** A regular file at the accepted revision. Paths are UTF-8, `/`-separated, never absolute or with `..`. */
export interface GitFile {
  readonly path: string;
  readonly blob: string;
  readonly size: number | null;
}

/** Something in the tree that is never read: the file is reported, the others go on. */
export interface SkippedEntry {
  readonly path: string;
  readonly code: EntryRefusal;
}

/** Why an entry of a tree is never read. */
export type EntryRefusal = Extract<
  ErrorCode,
  | 'MAYFLY_GIT_SYMLINK'
  | 'MAYFLY_GIT_SUBMODULE'
  | 'MAYFLY_GIT_PATH_UNSAFE'
  | 'MAYFLY_GIT_PATH_NOT_UTF8'
  | 'MAYFLY_GIT_PATH_CASE_CLASH'
  | 'MAYFLY_GIT_PATH_TOO_LONG'
>;

/** Why the content of a blob is not read. */
export type BlobRefusal = Extract<
  ErrorCode,
  'MAYFLY_GIT_FILE_TOO_LARGE' | 'MAYFLY_GIT_LFS_POINTER'
>;

/** A blob's content, or why it is not read: over the limit of a file, or a Git LFS pointer. */
export type ReadBlob =
  | { readonly blob: string; readonly bytes: Uint8Array }
  | { readonly blob: string; readonly refused: BlobRefusal };

export type GitFetchResult =
  | { readonly kind: 'unchanged'; readonly revision: AcceptedRevision }
  | { readonly kind: 'accepted'; readonly revision: AcceptedRevision; readonly rewound: boolean };

/**
 * One repository host, spoken to through the git binary. Nothing is ever checked out or executed.
 *
 * Failures: `unavailable` (no answer, time-out, 429, 5xx), `unauthenticated`/`denied` (401, 403, 404, host key,
 * certificate), `invalid` (URL, unknown ref), `exceeded` (budgets), `corrupt` (objects that do not verify),
 * `denied` with `MAYFLY_GIT_REWIND` when history was rewritten.
 */
export interface GitRepository {
  /** Asks for the ref and, when it moved, brings the commit and proves its descent from the accepted one. */
  fetch(request: GitRequest, signal: AbortSignal): Promise<GitFetchResult>;
  /** The included files of an accepted revision; entries that are never read come apart. */
  listFiles(
    request: GitRequest,
    commit: string,
    signal: AbortSignal,
  ): Promise<{ readonly files: readonly GitFile[]; readonly skipped: readonly SkippedEntry[] }>;
  /**
   * Brings blobs here in one request to the host before many readers ask for one each. It only saves time: whatever
   * is missing afterwards is brought by {@link GitRepository.readBlobs}.
   */
  prefetch(request: GitRequest, blobs: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * The content of the blobs, in the order asked, in one request to the host for those not yet here. A blob
   * that cannot be read is refused alone; the others go on.
   */
  readBlobs(
    request: GitRequest,
    blobs: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<ReadBlob>;
  /** Removes the local object store of sources that no longer exist. */
  forget(key: string): Promise<void>;
}
