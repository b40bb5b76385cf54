import { describe, expect, it } from '@jest/globals';
import { parseInspection } from '#core/git/inspection.ts';

const accepted = 'a'.repeat(40);
const offered = 'b'.repeat(40);
const tree = 'c'.repeat(40);
const commit = `tree ${tree}\nparent ${accepted}\n\nfeat: add\n`;
const answered = [
  `${accepted} commit 116`,
  `${accepted} commit 116`,
  `${offered} commit ${commit.length}`,
  commit,
  `${tree} tree 28`,
  '',
].join('\n');

describe('what a local store holds', () => {
  it('is everything when everything is answered', () => {
    expect(parseInspection(answered)).toEqual({
      isAcceptedHere: true,
      complete: accepted,
      tree,
      isTreeHere: true,
    });
  });

  it('is without the tree when git ends there', () => {
    const cut = answered.slice(0, answered.indexOf(`${tree} tree`));
    expect(parseInspection(cut)).toMatchObject({ tree, isTreeHere: false });
  });

  it('is nothing when nothing is here, or git says nothing', () => {
    const none = { isAcceptedHere: false, complete: null, tree: null, isTreeHere: false };
    const missing = [accepted, 'refs/mayfly/complete', offered, `${offered}^{tree}`];
    expect(parseInspection(missing.map((name) => `${name} missing\n`).join(''))).toEqual(none);
    expect(parseInspection('')).toEqual(none);
  });

  it('is without a commit that names no tree, or is none', () => {
    const odd = answered.replace(`\ntree ${tree}`, `\nTREE ${tree}`);
    expect(parseInspection(odd)).toMatchObject({ tree: null, isTreeHere: true });
    const blob = answered.replace(`${offered} commit`, `${offered} blob`);
    expect(parseInspection(blob)).toMatchObject({ tree: null });
  });
});
