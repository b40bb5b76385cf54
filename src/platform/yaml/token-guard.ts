import { overLimit, type Place } from './budget.ts';
import { yamlLimits } from './limits.ts';

const scalarMark = '\u001f';
const opening = new Set(['[', '{']);
const closing = new Set([']', '}']);
/** Tokens that stand for a node, or cost the package as much as one does. */
const counted = new Set(['-', '?', ',', ...opening]);

/** Watches the tokens of a text for more nodes or levels than a document may have. */
export interface TokenGuard {
  /** Throws `MAYFLY_YAML_LIMIT`. */
  take(token: string): void;
}

/** An entry takes two tokens, so twice the nodes are let through: the exact count comes with the tree. */
export function createTokenGuard(place: Place): TokenGuard {
  let offset = 0;
  let nodes = 0;
  let flowLevel = 0;
  let dashes = 0;
  function countLevels(token: string): void {
    if (opening.has(token)) flowLevel += 1;
    else if (closing.has(token)) flowLevel -= 1;
    else if (token === '-' || token === '?') dashes += 1;
    else if (token.trim() !== '') dashes = 0;
  }
  return {
    take(token): void {
      if (token === scalarMark || counted.has(token) || token.startsWith('#')) nodes += 1;
      if (token !== scalarMark) offset += token.length;
      countLevels(token);
      if (nodes > 2 * yamlLimits.nodes) throw overLimit(place, 'nodes', offset);
      if (flowLevel + dashes > yamlLimits.depth) throw overLimit(place, 'levels', offset);
    },
  };
}
