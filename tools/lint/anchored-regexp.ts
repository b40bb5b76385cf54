import { nameOf, pathOf, type LintRule, type LiteralNode } from './rule.ts';

const rewriting = new Set(['replace', 'replaceAll', 'split']);
const unanchored =
  'anchor the pattern with ^ and $ (or make it sticky or global): a partial match is no check';
const nested =
  'a repetition inside a repetition can take exponential time: rewrite it, or use re2js';
const dynamic = 'a pattern that is not written here runs on re2js, which is linear';

/**
 * Patterns meet input from outside. A check matches the whole text, never a part of it; no repetition stands
 * inside another; patterns that come from outside run on a linear-time engine.
 */
export const anchoredRegexp: LintRule = {
  create(context) {
    return {
      Literal(node) {
        if (!('regex' in node)) return;
        const { pattern, flags } = node.regex;
        if (hasNestedRepetition(pattern)) context.report({ node, message: nested });
        if (/[gy]/u.test(flags) || isRewriting(node)) return;
        if (!isAnchored(pattern)) context.report({ node, message: unanchored });
      },
      NewExpression(node) {
        if (pathOf(node.callee) === 'RegExp') context.report({ node, message: dynamic });
      },
    };
  },
};

function isRewriting(literal: LiteralNode): boolean {
  const call = literal.parent;
  if (call.type !== 'CallExpression') return false;
  return rewriting.has(nameOf(call.callee) ?? '') && call.arguments[0] === literal;
}

/** Each alternative of the outermost level begins with `^` and ends with `$`. */
function isAnchored(pattern: string): boolean {
  return splitAlternatives(pattern).every((part) => part.startsWith('^') && part.endsWith('$'));
}

function splitAlternatives(pattern: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const token of tokensOf(pattern)) {
    if (token === '|' && depth === 0) {
      parts.push('');
      continue;
    }
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    parts[parts.length - 1] += token;
  }
  return parts;
}

/**
 * Finds a repeated group with a repetition inside. A group that begins or ends with a separator, such as
 * `(?:-[a-z]+)*`, is fine: there is one way only to match it.
 */
function hasNestedRepetition(pattern: string): boolean {
  const tokens = tokensOf(pattern);
  const starts: number[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token === '(') starts.push(index);
    if (token !== ')') continue;
    const inside = tokens.slice((starts.pop() ?? 0) + 1, index).join('');
    if (isUnbounded(tokens[index + 1]) && isAmbiguous(inside)) return true;
  }
  return false;
}

function isAmbiguous(group: string): boolean {
  const tokens = tokensOf(group.replace(/^\?(?:[:=!]|<[=!]|<\w+>)/u, ''));
  if (!tokens.some(isUnbounded)) return false;
  const beginsFixed = isFixed(tokens[0]) && !isQuantifier(tokens[1]);
  return tokens.includes('|') || !(beginsFixed || isFixed(tokens.at(-1)));
}

/** One certain character: no class, no wildcard, no group, no quantifier. */
function isFixed(token: string | undefined): boolean {
  return token !== undefined && /^(?:[^.[\]()*+?{}|^$\\]|\\[^dDwWsSpPbBkux])$/u.test(token);
}

function isQuantifier(token: string | undefined): boolean {
  return token === '?' || isUnbounded(token) || token?.startsWith('{') === true;
}

function isUnbounded(token: string | undefined): boolean {
  return (
    token === '*' || token === '+' || (token?.startsWith('{') === true && token.endsWith(',}'))
  );
}

/** Escapes, classes and counted repetitions are one token each; every other character is its own. */
function tokensOf(pattern: string): readonly string[] {
  return pattern.match(/\\.|\[(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/gu) ?? [];
}
