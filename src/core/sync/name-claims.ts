/** What became of a claim. Whoever was overtaken makes no Secret of that name any more. */
export type ClaimResult =
  | { readonly kind: 'granted'; readonly overtaken: string | null }
  | { readonly kind: 'refused'; readonly holder: string };

/** Which repository path makes the Secret of a name. */
export interface NameClaims {
  claim(name: string, path: string): ClaimResult;
  holder(name: string): string | null;
}

/**
 * Of two files that make a Secret of one name the first by path wins, whatever was there before: so the end does not
 * depend on the order in which the files came.
 */
export function createNameClaims(
  held: Iterable<readonly [name: string, path: string]>,
): NameClaims {
  const holders = new Map(held);

  function claim(name: string, path: string): ClaimResult {
    const holder = holders.get(name) ?? path;
    if (holder < path) return { kind: 'refused', holder };
    holders.set(name, path);
    return { kind: 'granted', overtaken: holder === path ? null : holder };
  }

  return { claim, holder: (name) => holders.get(name) ?? null };
}
