/** One set of limits for every YAML text that Mayfly reads. */
export const yamlLimits = {
  /** Size of the text in bytes; the caller's own limit may be lower. */
  bytes: 5 * 1024 * 1024,
  /** Nested maps and lists. */
  depth: 100,
  /** Documents in one stream. */
  documents: 1_000,
  /** Maps, lists and scalars in all documents, expanded aliases included. */
  nodes: 100_000,
  /** Uses of anchors in all documents. */
  aliases: 1_000,
} as const;
