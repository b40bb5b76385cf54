/** Tells whether a text is meant. */
export type TextMatcher = (text: string) => boolean;

/** Where parts of the names of systems end: paths, refs, addresses, `FILE@REF`. */
const separators = new Set(['/', ':', '@']);

/**
 * Compiles a test of an attribute: exact, but for each `*`, which is any text without `/`, `:` and `@`, also none.
 * Matching takes time in proportion to pattern times text, whatever they hold.
 */
export function parseGlob(pattern: string): TextMatcher {
  if (!pattern.includes('*')) return (text) => text === pattern;
  return (text) => matchGlob(pattern, text, separators);
}

/** Compiles a path of a grant: `*` is any text within a segment, a last segment `**` is one segment or more. */
export function parsePathGlob(pattern: string): TextMatcher {
  const segments = pattern.split('/');
  const isOpen = segments.at(-1) === '**';
  const fixed = isOpen ? segments.slice(0, -1) : segments;
  return (path) => {
    const parts = path.split('/');
    const fits = isOpen ? parts.length > fixed.length : parts.length === fixed.length;
    return fits && fixed.every((segment, index) => matchGlob(segment, parts[index] ?? '', slash));
  };
}

const slash = new Set(['/']);

/** Only the last star ever needs to grow, and never over a separator, which keeps this free of backtracking. */
function matchGlob(pattern: string, text: string, ends: ReadonlySet<string>): boolean {
  let at = 0;
  let star = -1;
  let grown = 0;
  for (let next = 0; next < text.length;) {
    const char = text.charAt(next);
    if (pattern.charAt(at) === '*') {
      star = at;
      grown = next;
      at += 1;
    } else if (pattern.charAt(at) === char) {
      at += 1;
      next += 1;
    } else if (star >= 0 && !ends.has(text.charAt(grown))) {
      grown += 1;
      next = grown;
      at = star + 1;
    } else return false;
  }
  return /^\**$/u.test(pattern.slice(at));
}
