import type { SourceComment, SourceMap, SourceNode } from '#core/secret/source-tree.ts';

/** One leaf with everything that can tell it apart. */
export interface Leaf {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

/** What a document says, by kinds of content. */
export interface Content {
  readonly leaves: readonly Leaf[];
  readonly comments: readonly string[];
  readonly nulls: readonly string[];
  readonly shapes: readonly string[];
}

/** What SOPS leaves unprotected, and so may differ in a changed file that still opens. */
export const unprotectedClasses = [
  'the name or place of a plain value',
  'a plain value, where mac_only_encrypted says so',
  'a comment',
  'a null',
  'an empty text',
  'an empty map or list',
  'the type of a value',
  'the text of the metadata',
] as const;

export type UnprotectedClass = (typeof unprotectedClasses)[number];

export function contentOf(documents: readonly SourceMap[]): Content {
  const content = { leaves: [], comments: [], nulls: [], shapes: [] };
  documents.forEach((document, at) => collect(document, `${at}`, content));
  return content;
}

interface Gathered {
  readonly leaves: Leaf[];
  readonly comments: string[];
  readonly nulls: string[];
  readonly shapes: string[];
}

function collect(node: SourceNode | SourceComment, path: string, into: Gathered): void {
  switch (node.kind) {
    case 'map':
      into.shapes.push(`${path}{}`);
      for (const entry of node.entries) {
        if (entry.kind === 'entry') collect(entry.value, `${path}/${entry.key}`, into);
        else collect(entry, path, into);
      }
      return;
    case 'list':
      into.shapes.push(`${path}[]`);
      node.items.forEach((item) => collect(item, path, into));
      return;
    case 'null':
      into.nulls.push(path);
      return;
    case 'comment':
      into.comments.push(`${path}#${node.text}${node.inline ? '~' : ''}`);
      return;
    case 'value':
      into.leaves.push({ path, type: node.type, text: node.text });
  }
}

/** Everything the MAC covers, in order: the texts that are not empty, or of these the ones at the given paths. */
export function coveredTexts(
  content: Content,
  only: ReadonlySet<string> | null,
): readonly string[] {
  return content.leaves
    .filter(({ path, text }) => text !== '' && (only === null || only.has(path)))
    .map(({ text }) => text);
}

/** The classes in which two contents with the same covered texts differ; at least the metadata's text does. */
export function differences(before: Content, after: Content): ReadonlySet<UnprotectedClass> {
  const found = new Set<UnprotectedClass>(['the text of the metadata']);
  const filled = (content: Content): readonly Leaf[] =>
    content.leaves.filter(({ text }) => text !== '');
  const empty = (content: Content): readonly Leaf[] =>
    content.leaves.filter(({ text }) => text === '');
  const views: readonly (readonly [UnprotectedClass, (content: Content) => unknown])[] = [
    ['a comment', (content) => content.comments],
    ['a null', (content) => content.nulls],
    ['an empty text', empty],
    ['an empty map or list', (content) => content.shapes],
    ['the type of a value', (content) => filled(content).map(({ type }) => type)],
    [
      'a plain value, where mac_only_encrypted says so',
      (content) => filled(content).map(({ text }) => text),
    ],
    ['the name or place of a plain value', (content) => filled(content).map(({ path }) => path)],
  ];
  for (const [name, view] of views) {
    if (JSON.stringify(view(before)) !== JSON.stringify(view(after))) found.add(name);
  }
  return found;
}
