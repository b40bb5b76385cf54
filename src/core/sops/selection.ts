/** Which leaves of a file are encrypted: exactly one of the six rules SOPS has. */
export type SelectionRule =
  | { readonly kind: 'unencrypted-suffix'; readonly suffix: string }
  | { readonly kind: 'encrypted-suffix'; readonly suffix: string }
  | { readonly kind: 'unencrypted-regex'; readonly pattern: string }
  | { readonly kind: 'encrypted-regex'; readonly pattern: string }
  | { readonly kind: 'unencrypted-comment-regex'; readonly pattern: string }
  | { readonly kind: 'encrypted-comment-regex'; readonly pattern: string };

/** What applies when a file names no rule. */
export const defaultRule: SelectionRule = { kind: 'unencrypted-suffix', suffix: '_unencrypted' };

/**
 * Compiles a pattern in Go's RE2 syntax to an unanchored test that runs in linear time. A port, because the
 * engine is no part of core. Throws when the pattern is not valid.
 */
export type CompilePattern = (pattern: string) => (text: string) => boolean;

/** A rule made ready to be asked. A hit decides for everything below the key or the commented item. */
export interface Selection {
  /** What is looked at: the keys on the path, or the comments in force. */
  readonly by: 'keys' | 'comments';
  matches(text: string): boolean;
  /** Whether a leaf is encrypted when something matched; it is the opposite when nothing did. */
  readonly encryptsOnHit: boolean;
}

/** Makes a rule ready; throws what `compile` throws. */
export function compileRule(rule: SelectionRule, compile: CompilePattern): Selection {
  const encryptsOnHit = rule.kind.startsWith('encrypted');
  if ('suffix' in rule) {
    const { suffix } = rule;
    return { by: 'keys', encryptsOnHit, matches: (text) => text.endsWith(suffix) };
  }
  const by = rule.kind.endsWith('comment-regex') ? 'comments' : 'keys';
  return { by, encryptsOnHit, matches: compile(rule.pattern) };
}
