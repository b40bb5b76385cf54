import { createError } from '../errors/mayfly-error.ts';
import type { GitFile, SkippedEntry } from '../ports/git/git-repository.ts';
import type { PathMatcher } from './path-glob.ts';
import { parseTreeEntry, splitCaseClashes } from './tree-entry.ts';

export interface TreeListing {
  readonly files: readonly GitFile[];
  readonly skipped: readonly SkippedEntry[];
}

export interface TreeReader {
  /** Takes the next bytes; throws `exceeded` over the limit of files, and `MAYFLY_GIT_OBJECTS_CORRUPT` for a torn listing. */
  readonly add: (chunk: Uint8Array) => void;
  /** Everything that was listed and is included. */
  readonly finish: () => TreeListing;
}

/** Reads the output of `git ls-tree -r -z` piece by piece; the host is for messages. */
export function createTreeReader(
  isIncluded: PathMatcher,
  maxFiles: number,
  host: string,
): TreeReader {
  const files: GitFile[] = [];
  const skipped: SkippedEntry[] = [];
  let rest = new Uint8Array(0);
  function take(record: Uint8Array): void {
    const parsed = parseTreeEntry(record);
    if (parsed === null) throw createError('MAYFLY_GIT_OBJECTS_CORRUPT', { host });
    if (parsed.kind === 'file' && isIncluded(parsed.file.path)) files.push(parsed.file);
    if (parsed.kind === 'skipped' && isIncluded(parsed.entry.path)) skipped.push(parsed.entry);
    if (files.length + skipped.length > maxFiles) {
      throw createError('MAYFLY_GIT_FILES_EXCEEDED', { limit: maxFiles });
    }
  }
  return {
    add: (chunk) => {
      rest = splitRecords(concat(rest, chunk), take);
    },
    finish: () => {
      if (rest.length > 0) throw createError('MAYFLY_GIT_OBJECTS_CORRUPT', { host });
      const split = splitCaseClashes(files);
      return { files: split.files, skipped: [...skipped, ...split.skipped] };
    },
  };
}

function splitRecords(
  bytes: Uint8Array,
  take: (record: Uint8Array) => void,
): Uint8Array<ArrayBuffer> {
  let at = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
    take(bytes.subarray(at, end));
    at = end + 1;
  }
  return bytes.slice(at);
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
