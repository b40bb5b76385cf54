import { createError } from '../errors/mayfly-error.ts';

/** Tells whether a repository path is to be read. */
export type PathMatcher = (path: string) => boolean;

const maxPatternLength = 1024;

/**
 * Compiles path patterns: `*` and `?` stay within a segment, a segment `**` stands for any number of them, and
 * a trailing `/` for everything below. No pattern at all matches every path. Matching takes time in proportion
 * to pattern times path, whatever they hold. Throws `invalid` for an empty, absolute or climbing pattern.
 */
export function parsePathGlobs(patterns: readonly string[]): PathMatcher {
  if (patterns.length === 0) return () => true;
  const compiled = patterns.map(parsePattern);
  return (path) => {
    const segments = path.split('/');
    return compiled.some((pattern) => matchSegments(pattern, segments));
  };
}

function parsePattern(pattern: string, index: number): readonly string[] {
  const segments = (pattern.endsWith('/') ? `${pattern}**` : pattern).split('/');
  const isPlain = segments.every(
    (segment) => segment !== '' && segment !== '..' && segment !== '.',
  );
  if (pattern.length > maxPatternLength || !isPlain) {
    throw createError('MAYFLY_GIT_INCLUDE_INVALID', { index });
  }
  return segments;
}

function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  return matchWild(pattern, path, {
    isStar: (segment) => segment === '**',
    matchOne: (segment, name) =>
      matchWild(Array.from(segment), Array.from(name), {
        isStar: (char) => char === '*',
        matchOne: (char, other) => char === '?' || char === other,
      }),
  });
}

interface Wild {
  readonly isStar: (item: string) => boolean;
  readonly matchOne: (item: string, subject: string) => boolean;
}

/** Only the last star ever needs to grow, which keeps this free of exponential backtracking. */
function matchWild(pattern: readonly string[], subject: readonly string[], wild: Wild): boolean {
  let at = 0;
  let star = -1;
  let starSubject = 0;
  for (let next = 0; next < subject.length;) {
    const item = pattern[at];
    if (item !== undefined && wild.isStar(item)) {
      star = at;
      starSubject = next;
      at += 1;
    } else if (item !== undefined && wild.matchOne(item, subject[next] ?? '')) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      starSubject += 1;
      next = starSubject;
      at = star + 1;
    } else return false;
  }
  return pattern.slice(at).every((item) => wild.isStar(item));
}
