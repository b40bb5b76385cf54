const spaces = new Set(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);

/** Go's `strings.TrimSpace`: unlike `trim()` it takes U+0085 for a space, and a byte order mark for none. */
export function trimGoSpace(text: string): string {
  return trimGoSpaceLeft(trimGoSpaceRight(text));
}

/** The same for the beginning alone. */
export function trimGoSpaceLeft(text: string): string {
  let start = 0;
  while (spaces.has(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** The same for the end alone. */
export function trimGoSpaceRight(text: string): string {
  let end = text.length;
  while (spaces.has(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
