import { faultAt, overLimit } from './fault.ts';
import type { Mark, Token } from './read-tokens.ts';
import type { Offset } from './syntax.ts';
import { templateLimits, type TemplateRead, type TemplateSource } from './template.ts';

/** Where a parser of templates stands, and what it knows by then. */
export interface ParseState {
  readonly source: TemplateSource;
  readonly tokens: readonly Token[];
  /** Index of the next token. */
  next: number;
  /** Names of the variables that can be seen here; the position of each is its slot. */
  readonly scope: string[];
  /** Levels of blocks and parentheses around here. */
  depth: number;
  /** Loops around here. */
  loops: number;
  readonly reads: Map<string, TemplateRead>;
}

export function createParseState(source: TemplateSource, tokens: readonly Token[]): ParseState {
  const reads = new Map<string, TemplateRead>();
  return { source, tokens, next: 0, scope: [''], depth: 0, loops: 0, reads };
}

/** The next token; undefined at the end of the template. */
export function peekToken(state: ParseState, ahead = 0): Token | undefined {
  return state.tokens[state.next + ahead];
}

/** Takes the next token. Within an action there always is one, because actions are closed. */
export function takeToken(state: ParseState): Token {
  const token = state.tokens[state.next];
  if (token === undefined)
    throw syntaxFault(state, state.source.text.length, 'the text ends early');
  state.next += 1;
  return token;
}

/** Takes the mark if it is what comes next. */
export function takeMark(state: ParseState, mark: Mark): boolean {
  const token = peekToken(state);
  if (token?.kind !== 'mark' || token.mark !== mark) return false;
  state.next += 1;
  return true;
}

/** Whether a mark or the end of the action comes next. */
export function isNext(state: ParseState, what: Mark | 'close'): boolean {
  const token = peekToken(state);
  if (token?.kind === 'mark') return token.mark === what;
  return token?.kind === what;
}

/** Throws `MAYFLY_TEMPLATE_SYNTAX` unless the action ends here. */
export function expectClose(state: ParseState, after: string): void {
  const token = takeToken(state);
  if (token.kind !== 'close') {
    throw syntaxFault(
      state,
      token.at,
      `${after} is followed by something that does not belong there`,
    );
  }
}

/** Runs the work one level deeper. Throws `MAYFLY_TEMPLATE_LIMIT`. */
export function deeper<T>(state: ParseState, work: () => T): T {
  if (state.depth >= templateLimits.depth) throw overLimit(state.source, 'depth');
  state.depth += 1;
  const result = work();
  state.depth -= 1;
  return result;
}

/** Makes a variable that is seen until {@link forgetVariables}; gives its slot. */
export function declareVariable(state: ParseState, name: string): number {
  return state.scope.push(name) - 1;
}

/** Forgets the variables that were declared since there were that many. */
export function forgetVariables(state: ParseState, count: number): void {
  state.scope.length = count;
}

/** The slot of a variable. Throws `MAYFLY_TEMPLATE_SYNTAX` for one that cannot be seen here. */
export function findVariable(state: ParseState, name: string, at: Offset): number {
  const slot = state.scope.lastIndexOf(name);
  if (slot < 0) throw syntaxFault(state, at, `there is no variable $${name} here`);
  return slot;
}

export function syntaxFault({ source }: ParseState, at: Offset, problem: string): Error {
  return faultAt('MAYFLY_TEMPLATE_SYNTAX', source, { at, problem });
}
