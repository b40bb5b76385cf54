import { pathOf, type LintRule } from './rule.ts';

const ambient = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'process.hrtime.bigint',
  'setTimeout',
  'setInterval',
]);

/** Time and randomness are arguments (`Clock`, `Random`), so that every decision can be replayed. */
export const noAmbientTime: LintRule = {
  create(context) {
    const message = 'take time and randomness as arguments: the ports Clock and Random';
    return {
      CallExpression(node) {
        if (ambient.has(pathOf(node.callee) ?? '')) context.report({ node, message });
      },
      NewExpression(node) {
        const isNow = pathOf(node.callee) === 'Date' && node.arguments.length === 0;
        if (isNow) context.report({ node, message });
      },
    };
  },
};
