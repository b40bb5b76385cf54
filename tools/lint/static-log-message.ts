import { nameOf, type CallNode, type LintRule } from './rule.ts';

const levels = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);

/** Log messages are constant texts; what varies goes into fields, which the scrubber and readers can tell apart. */
export const staticLogMessage: LintRule = {
  create(context) {
    return {
      CallExpression(node) {
        if (!isLogCall(node) || !node.arguments.some(isBuiltText)) return;
        context.report({
          node,
          message: 'a log message is a constant text: put what varies into fields',
        });
      },
    };
  },
};

function isLogCall(node: CallNode): boolean {
  const callee = node.callee;
  if (callee.type !== 'MemberExpression' || !levels.has(nameOf(callee) ?? '')) return false;
  return /^(?:log|logger|[a-z]\w*Log(?:ger)?)$/u.test(nameOf(callee.object) ?? '');
}

function isBuiltText(argument: CallNode['arguments'][number]): boolean {
  if (argument.type === 'TemplateLiteral') return argument.expressions.length > 0;
  return argument.type === 'BinaryExpression' && argument.operator === '+';
}
