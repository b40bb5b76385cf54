/** What a local store holds of a commit that is offered, and of the one that was accepted before it. */
export interface Inspection {
  readonly isAcceptedHere: boolean;
  /** The newest commit whose trees are all here. */
  readonly complete: string | null;
  /** The tree of the offered commit; null when that commit is not here. */
  readonly tree: string | null;
  readonly isTreeHere: boolean;
}

interface Answer {
  readonly id: string;
  readonly content: string;
}

const header = /^([0-9a-f]{40}) (?:commit|tree) ([0-9]{1,9})$/u;
const treeLine = /^tree ([0-9a-f]{40})$/u;

/**
 * Reads what `git cat-file --batch-command` answered to `info` of the accepted commit, `info` of the complete one,
 * `contents` of the offered one and `info` of its tree. The output may end early: what was not answered is not here.
 */
export function parseInspection(output: string): Inspection {
  const [accepted, afterAccepted] = takeAnswer(output, 'info');
  const [complete, afterComplete] = takeAnswer(afterAccepted, 'info');
  const [offered, afterOffered] = takeAnswer(afterComplete, 'contents');
  const [tree] = takeAnswer(afterOffered, 'info');
  return {
    isAcceptedHere: accepted !== null,
    complete: complete?.id ?? null,
    tree: treeLine.exec(offered?.content.split('\n', 1)[0] ?? '')?.[1] ?? null,
    isTreeHere: tree !== null,
  };
}

/** The next answer, null for an object that is missing, and what follows it. */
function takeAnswer(output: string, asked: 'info' | 'contents'): readonly [Answer | null, string] {
  const end = output.indexOf('\n');
  if (end < 0) return [null, ''];
  const found = header.exec(output.slice(0, end));
  const rest = output.slice(end + 1);
  if (found === null) return [null, rest];
  const [, id = '', size] = found;
  if (asked === 'info') return [{ id, content: '' }, rest];
  return [{ id, content: rest.slice(0, Number(size)) }, rest.slice(Number(size) + 1)];
}
