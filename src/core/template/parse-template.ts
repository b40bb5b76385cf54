import { faultAt, overLimit } from './fault.ts';
import { parsePipeline } from './parse-pipeline.ts';
import {
  createParseState,
  deeper,
  expectClose,
  forgetVariables,
  peekToken,
  syntaxFault,
  takeToken,
  type ParseState,
} from './parse-state.ts';
import { readTokens } from './read-tokens.ts';
import type { BlockNode, Offset, TemplateNode } from './syntax.ts';
import { templateLimits, type Template, type TemplateSource } from './template.ts';

const delimiter = /^[^\s\p{L}\p{N}"`]{1,8}$/u;

/**
 * Reads a template in the syntax of Go's text/template with the functions of `templateFunctions`. It is pure, bounded
 * and takes time linear in the text.
 *
 * Throws, with line and column: `MAYFLY_TEMPLATE_SYNTAX`; `MAYFLY_TEMPLATE_FUNCTION` for a function that there is not
 * or that is not offered; `MAYFLY_TEMPLATE_PATH` for a path that is no text in quotes or would be written to;
 * `MAYFLY_TEMPLATE_LIMIT`.
 */
export function parseTemplate(source: TemplateSource): Template {
  const { name, text, delimiters } = source;
  if (text.length > templateLimits.length) throw overLimit(source, 'length');
  const marks = delimiters === undefined ? [] : [delimiters.left, delimiters.right];
  if (!marks.every((mark) => delimiter.test(mark)) || (marks[0] ?? '{{') === marks[1]) {
    const problem = 'the delimiters must be two different marks of 1 to 8 signs';
    throw faultAt('MAYFLY_TEMPLATE_SYNTAX', source, { at: 0, problem });
  }
  const state = createParseState(source, readTokens(source));
  const nodes = parseNodes(state);
  const stray = peekToken(state);
  if (stray !== undefined) throw syntaxFault(state, stray.at, 'there is no block to end here');
  return { name, text, nodes, reads: [...state.reads.values()] };
}

/** The nodes up to an `else`, an `end` or the end of the text. */
function parseNodes(state: ParseState): readonly TemplateNode[] {
  const nodes: TemplateNode[] = [];
  for (let token = peekToken(state); token !== undefined; token = peekToken(state)) {
    const word = wordAfterOpen(state);
    if (word === 'end' || word === 'else') break;
    if (token.kind === 'text') {
      nodes.push({ kind: 'text', bytes: token.bytes });
      state.next += 1;
    } else {
      nodes.push(parseAction(state, word));
    }
  }
  return nodes;
}

/** The word that the action which comes next begins with. */
function wordAfterOpen(state: ParseState): string | null {
  if (peekToken(state)?.kind !== 'open') return null;
  const first = peekToken(state, 1);
  return first?.kind === 'word' ? first.name : null;
}

function parseAction(state: ParseState, word: string | null): TemplateNode {
  const { at } = takeToken(state);
  switch (word) {
    case 'if':
    case 'with':
    case 'range':
      return parseBlock(state, word, at);
    case 'break':
    case 'continue':
      return parseJump(state, word, at);
    case 'define':
    case 'template':
    case 'block':
      throw faultAt('MAYFLY_TEMPLATE_FUNCTION', state.source, {
        at,
        name: word,
        problem: 'is not offered: write the text where it is needed',
      });
    default: {
      if (peekToken(state)?.kind === 'close') throw syntaxFault(state, at, 'the action is empty');
      const pipeline = parsePipeline(state, 1);
      expectClose(state, 'the value');
      return { kind: 'output', pipeline };
    }
  }
}

function parseJump(state: ParseState, kind: 'break' | 'continue', at: Offset): TemplateNode {
  takeToken(state);
  if (state.loops === 0) throw syntaxFault(state, at, `${kind} stands outside of range`);
  expectClose(state, kind);
  return { kind, at };
}

/** A block from its word on, behind the delimiter, up to and with its `end`. */
function parseBlock(state: ParseState, kind: BlockNode['kind'], at: Offset): BlockNode {
  return deeper(state, () => {
    takeToken(state);
    const outside = state.scope.length;
    if (peekToken(state)?.kind === 'close') throw syntaxFault(state, at, `${kind} has no value`);
    const pipeline = parsePipeline(state, kind === 'range' ? 2 : 1);
    expectClose(state, kind);
    const inside = state.scope.length;
    const isLoop = kind === 'range' ? 1 : 0;
    state.loops += isLoop;
    const body = parseNodes(state);
    state.loops -= isLoop;
    forgetVariables(state, inside);
    const otherwise = parseOtherwise(state, kind, at);
    forgetVariables(state, outside);
    return { kind, pipeline, body, otherwise };
  });
}

/** What follows the body: nothing, `else`, or `else if` and `else with`, which share the one `end`. */
function parseOtherwise(
  state: ParseState,
  kind: BlockNode['kind'],
  opened: Offset,
): readonly TemplateNode[] {
  if (takeWord(state, kind, opened) === 'end') {
    expectClose(state, 'end');
    return [];
  }
  const next = peekToken(state);
  if (next?.kind === 'word' && next.name === kind && kind !== 'range') {
    return [parseBlock(state, kind, next.at)];
  }
  expectClose(state, 'else');
  const nodes = parseNodes(state);
  if (takeWord(state, kind, opened) === 'else') {
    throw syntaxFault(state, opened, `${kind} has a second else`);
  }
  expectClose(state, 'end');
  return nodes;
}

function takeWord(state: ParseState, kind: string, opened: Offset): 'else' | 'end' {
  const word = wordAfterOpen(state);
  if (word !== 'else' && word !== 'end') {
    throw syntaxFault(state, opened, `${kind} is not closed with end`);
  }
  state.next += 2;
  return word;
}
