import { expect, it } from '@jest/globals';
import { createTreeBuilder, partsOf } from '#core/secret/tree-parts.ts';
import { toReadableTree } from '#core/sops/render/readable-tree.ts';
import { comment, list, map, text } from '#test/support/sops/trees.ts';

const tree = map({
  c: comment('head'),
  a: text('1', 'int'),
  n: { kind: 'null' },
  l: list(comment('in', true), text('x'), list(), map({ deep: text('y') })),
  m: map({}),
  z: text('last'),
});

it('a tree goes to pieces and comes together again', () => {
  const builder = createTreeBuilder();
  for (const part of partsOf(tree)) builder.add(structuredClone(part));
  for (const part of partsOf(text('second'))) builder.add(structuredClone(part));
  expect(builder.trees).toHaveLength(2);
  const [first] = builder.trees;
  expect(first?.kind === 'map' && toReadableTree(first)).toEqual(toReadableTree(tree));
});

it('what was taken over is wiped when the rest never comes', () => {
  const builder = createTreeBuilder();
  const parts = [...partsOf(map({ a: text('secret'), b: text('other') }))].slice(0, 3);
  for (const part of parts) builder.add(part);
  builder.wipe();
  const [whole] = builder.trees;
  expect(() => whole?.kind === 'map' && toReadableTree(whole)).toThrow(
    expect.objectContaining({ code: 'MAYFLY_INTERNAL_SECRET_WIPED' }),
  );
});
