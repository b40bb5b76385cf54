import { checkCall } from './functions/function-list.ts';
import { parseRead } from './parse-read.ts';
import {
  declareVariable,
  deeper,
  findVariable,
  isNext,
  peekToken,
  syntaxFault,
  takeMark,
  takeToken,
  type ParseState,
} from './parse-state.ts';
import type { Token } from './read-tokens.ts';
import type { Command, Offset, Operand, OperandStart, Pipeline } from './syntax.ts';

/**
 * Parses `$x := command | command`, up to the end of the action or the closing parenthesis. Throws what
 * `parseTemplate` does.
 */
export function parsePipeline(state: ParseState, maxTargets: 0 | 1 | 2): Pipeline {
  const at = peekToken(state)?.at ?? 0;
  const { names, isNew } = parseTargets(state, maxTargets);
  const commands: Command[] = [];
  do {
    commands.push(parseCommand(state, commands.length > 0));
  } while (takeMark(state, '|'));
  // The value of a variable cannot be made of the variable itself, so it is seen from here on.
  const targets = names.map(({ name, at: place }) =>
    isNew ? declareVariable(state, name) : findVariable(state, name, place),
  );
  return { at, targets, commands };
}

interface Targets {
  readonly names: readonly { readonly name: string; readonly at: Offset }[];
  readonly isNew: boolean;
}

function parseTargets(state: ParseState, max: number): Targets {
  const names: { name: string; at: Offset }[] = [];
  const start = state.next;
  while (names.length < max) {
    const token = peekToken(state);
    if (token?.kind !== 'variable' || token.name === '') break;
    state.next += 1;
    names.push({ name: token.name, at: token.at });
    if (takeMark(state, ':=')) return { names, isNew: true };
    if (takeMark(state, '=')) return { names, isNew: false };
    if (!takeMark(state, ',')) break;
  }
  state.next = start;
  return { names: [], isNew: false };
}

function parseCommand(state: ParseState, isPiped: boolean): Command {
  const first = takeOperandToken(state);
  if (first.kind === 'word' && literalWord(first.name) === null) {
    return parseCall(state, { at: first.at, name: first.name }, isPiped);
  }
  const operand = parseOperand(state, first);
  if (isPiped) throw syntaxFault(state, first.at, 'only a function may follow |');
  if (!endsCommand(state)) {
    const at = peekToken(state)?.at ?? first.at;
    throw syntaxFault(state, at, 'only a function takes values behind it');
  }
  return { kind: 'value', at: first.at, operand };
}

function parseCall(
  state: ParseState,
  { at, name }: { readonly at: Offset; readonly name: string },
  isPiped: boolean,
): Command {
  const operands: Operand[] = [];
  while (!endsCommand(state)) {
    const token = takeOperandToken(state);
    if (!token.isApart) throw syntaxFault(state, token.at, 'white space is missing before a value');
    operands.push(parseOperand(state, token));
  }
  if (name === 'secret') {
    const text = parseRead(state, { at, operands, isPiped });
    return { kind: 'value', at, operand: { at, start: { kind: 'secret', text }, fields: [] } };
  }
  checkCall(state.source, { at, name, count: operands.length + (isPiped ? 1 : 0) });
  return { kind: 'call', at, name, operands };
}

function endsCommand(state: ParseState): boolean {
  return isNext(state, 'close') || isNext(state, '|') || isNext(state, ')');
}

function takeOperandToken(state: ParseState): Token {
  if (endsCommand(state)) {
    throw syntaxFault(state, peekToken(state)?.at ?? 0, 'a value is missing');
  }
  return takeToken(state);
}

function parseOperand(state: ParseState, token: Token): Operand {
  const fields = token.kind === 'field' ? [token.name] : [];
  const start = parseStart(state, token);
  for (let next = peekToken(state); next?.kind === 'field' && !next.isApart;) {
    if (start.kind === 'literal') {
      throw syntaxFault(state, next.at, 'a literal has no fields');
    }
    fields.push(next.name);
    state.next += 1;
    next = peekToken(state);
  }
  return { at: token.at, start, fields };
}

function parseStart(state: ParseState, token: Token): OperandStart {
  switch (token.kind) {
    case 'string':
      return { kind: 'literal', value: { kind: 'text', bytes: token.bytes } };
    case 'number':
      return { kind: 'literal', value: { kind: 'number', bytes: token.bytes, isStored: false } };
    case 'field':
      return { kind: 'dot' };
    case 'variable':
      return {
        kind: 'variable',
        name: token.name,
        slot: findVariable(state, token.name, token.at),
      };
    case 'word':
      return literalWord(token.name) ?? refuseWord(state, token);
    default:
      return parseMarked(state, token);
  }
}

function literalWord(word: string): OperandStart | null {
  if (word === 'nil') return { kind: 'literal', value: { kind: 'nil', name: 'nil' } };
  if (word !== 'true' && word !== 'false') return null;
  return { kind: 'literal', value: { kind: 'bool', value: word === 'true' } };
}

/** Every function takes something, so that one as a value needs parentheses around it and its own. */
function refuseWord(state: ParseState, { at, name }: Token & { readonly name: string }): never {
  checkCall(state.source, { at, name, count: null });
  throw syntaxFault(state, at, `${name} needs parentheses around it and its values`);
}

function parseMarked(state: ParseState, token: Token): OperandStart {
  const mark = token.kind === 'mark' ? token.mark : null;
  if (mark === '.') return { kind: 'dot' };
  if (mark !== '(') throw syntaxFault(state, token.at, 'a value is missing');
  const pipeline = deeper(state, () => parsePipeline(state, 0));
  if (!takeMark(state, ')')) throw syntaxFault(state, token.at, 'the parenthesis is not closed');
  return { kind: 'pipeline', pipeline };
}
