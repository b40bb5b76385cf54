import { nameOf, type CallNode, type LintRule } from './rule.ts';

const wholeFile = new Set(['readFile', 'readFileSync']);
const wholeBody = new Set(['text', 'json', 'arrayBuffer', 'blob', 'formData']);

/** Every read from outside has a limit: files and bodies are read by the bounded readers of `platform`. */
export const boundedRead: LintRule = {
  create(context) {
    return {
      CallExpression(node) {
        if (!isUnboundedRead(node)) return;
        context.report({ node, message: 'read with a limit: use a bounded reader of #platform' });
      },
    };
  },
};

function isUnboundedRead(node: CallNode): boolean {
  const name = nameOf(node.callee) ?? '';
  if (wholeFile.has(name)) return true;
  const isMember = node.callee.type === 'MemberExpression';
  return isMember && wholeBody.has(name) && node.arguments.length === 0;
}
