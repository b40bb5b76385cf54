import { nameOf, type AnyFunctionNode, type CallNode, type LintRule } from './rule.ts';

const maxLines = 80;

/** A test, and every function of a test file, has at most 80 lines. A `describe` block may be longer. */
export const shortTests: LintRule = {
  create(context) {
    const check = (node: AnyFunctionNode): void => {
      const lines = node.loc.end.line - node.loc.start.line + 1;
      if (lines <= maxLines || isDescribe(node.parent)) return;
      context.report({ node, message: `${lines} lines: a test has at most ${maxLines}` });
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
    };
  },
};

/** `describe(…)`, `describe.each(…)(…)` and `describeWithParts(…)`. */
function isDescribe(parent: AnyFunctionNode['parent']): boolean {
  if (parent.type !== 'CallExpression') return false;
  let callee: CallNode['callee'] = parent.callee;
  while (callee.type === 'CallExpression') callee = callee.callee;
  const root = callee.type === 'MemberExpression' ? callee.object : callee;
  return (nameOf(root) ?? '').startsWith('describe');
}
