import type { EntryRefusal, GitFile, SkippedEntry } from '../ports/git/git-repository.ts';

/** One entry of a recursive listing: a file to read, one that is never read, or one of git's own. */
export type TreeEntry =
  | { readonly kind: 'file'; readonly file: GitFile }
  | { readonly kind: 'skipped'; readonly entry: SkippedEntry }
  | { readonly kind: 'ignored'; readonly path: string };

const record = /^([0-7]{6}) (?:blob|commit|tree) ([0-9a-f]{40,64})$/u;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });
const maxPathBytes = 1024;
const maxSegments = 65;
const tab = 9;

/**
 * Reads one record of `git ls-tree -r -z`, without its final NUL. Git's own files (`.gitattributes` and the
 * like) are ignored: what they ask for is never done. Null when it is no such record.
 */
export function parseTreeEntry(bytes: Uint8Array): TreeEntry | null {
  const split = bytes.indexOf(tab);
  const found = record.exec(lossy.decode(bytes.subarray(0, Math.max(split, 0))));
  if (found === null) return null;
  const rawPath = bytes.subarray(split + 1);
  const path = decodePath(rawPath);
  if (path === null) {
    return skip(lossy.decode(rawPath.subarray(0, maxPathBytes)), 'MAYFLY_GIT_PATH_NOT_UTF8');
  }
  const code = judgeMode(found[1] ?? '') ?? judgePath(path, rawPath.length);
  if (code !== null) return skip(path.slice(0, maxPathBytes), code);
  if (isGitOwn(path)) return { kind: 'ignored', path };
  return { kind: 'file', file: { path, blob: found[2] ?? '', size: null } };
}

function skip(path: string, code: EntryRefusal): TreeEntry {
  return { kind: 'skipped', entry: { path, code } };
}

function decodePath(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function judgeMode(mode: string): EntryRefusal | null {
  if (mode === '120000') return 'MAYFLY_GIT_SYMLINK';
  if (mode === '160000') return 'MAYFLY_GIT_SUBMODULE';
  return mode.startsWith('100') ? null : 'MAYFLY_GIT_PATH_UNSAFE';
}

const plainSegment = /^[^\p{Cc}\p{Cf}\u2028\u2029\\:]*[^\p{Cc}\p{Cf}\u2028\u2029\\:. ]$/u;
const gitSegment = /^(?:\.git|git~[0-9]{1,9})$/iu;

function judgePath(path: string, length: number): EntryRefusal | null {
  const segments = path.split('/');
  if (length > maxPathBytes || segments.length > maxSegments) return 'MAYFLY_GIT_PATH_TOO_LONG';
  const isPlain = segments.every((part) => plainSegment.test(part) && !gitSegment.test(part));
  return isPlain ? null : 'MAYFLY_GIT_PATH_UNSAFE';
}

function isGitOwn(path: string): boolean {
  return /^\.(?:gitattributes|gitmodules|gitignore|gitkeep|lfsconfig|mailmap)$/u.test(
    path.slice(path.lastIndexOf('/') + 1),
  );
}

/** Sets apart the files whose paths differ in letter case or Unicode form alone: neither of them is read. */
export function splitCaseClashes(files: readonly GitFile[]): {
  readonly files: readonly GitFile[];
  readonly skipped: readonly SkippedEntry[];
} {
  const counts = new Map<string, number>();
  const folded = files.map((file) => file.path.normalize('NFC').toLowerCase());
  for (const path of folded) counts.set(path, (counts.get(path) ?? 0) + 1);
  function isAlone(index: number): boolean {
    return counts.get(folded[index] ?? '') === 1;
  }
  return {
    files: files.filter((_, index) => isAlone(index)),
    skipped: files
      .filter((_, index) => !isAlone(index))
      .map(({ path }) => ({ path, code: 'MAYFLY_GIT_PATH_CASE_CLASH' as const })),
  };
}

const lfsVersion = new TextEncoder().encode('version https://git-lfs.github.com/spec/');

/** Whether the content is a Git LFS pointer: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length < 1024 && lfsVersion.every((byte, index) => bytes[index] === byte);
}
