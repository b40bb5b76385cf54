import { RE2JS } from 're2js';

const cacheSize = 64;
const cache = new Map<string, (text: string) => boolean>();

/**
 * Compiles a pattern in RE2 syntax to an unanchored test that takes linear time, whatever pattern and text are. The
 * last 64 patterns are kept. Throws the engine's own error when the pattern is not valid.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = RE2JS.compile(pattern);
  function matches(text: string): boolean {
    return compiled.matcher(text).find();
  }
  if (cache.size >= cacheSize) cache.delete(cache.keys().next().value ?? '');
  cache.set(pattern, matches);
  return matches;
}
