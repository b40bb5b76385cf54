import { overLimit, type Place } from './budget.ts';
import { yamlLimits } from './limits.ts';

const scalarMark = '\u001f';
const opening = new Set(['[', '{']);
const closing = new Set([']', '}']);
const blanks = new Set([' ', '']);

/** Watches the tokens of a text for more nodes or levels than a document may have. */
export interface TokenGuard {
  /** Throws `MAYFLY_YAML_LIMIT`. */
  take(token: string): void;
}

/** A list item takes two tokens, so twice the nodes are let through: the exact count comes with the tree. */
export function createTokenGuard(place: Place): TokenGuard {
  let offset = 0;
  let nodes = 0;
  let flowLevel = 0;
  let dashes = 0;
  function countLevels(token: string): void {
    if (opening.has(token)) flowLevel += 1;
    else if (closing.has(token)) flowLevel -= 1;
    else if (token === '-') dashes += 1;
    else if (!blanks.has(token)) dashes = 0;
  }
  return {
    take(token): void {
      if (token === scalarMark || token === '-' || opening.has(token)) nodes += 1;
      else offset += token.length;
      countLevels(token);
      if (nodes > 2 * yamlLimits.nodes) throw overLimit(place, 'nodes', offset);
      if (flowLevel + dashes > yamlLimits.depth) throw overLimit(place, 'levels', offset);
    },
  };
}
