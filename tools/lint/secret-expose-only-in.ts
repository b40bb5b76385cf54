import { nameOf, type LintRule } from './rule.ts';

/**
 * `SecretBytes.expose()` hands out plaintext. The places that may call it are the overrides of
 * `.oxlintrc.json` that switch this rule off: that list is the whole list.
 */
export const secretExposeOnlyIn: LintRule = {
  create(context) {
    return {
      CallExpression(node) {
        if (node.callee.type !== 'MemberExpression' || nameOf(node.callee) !== 'expose') return;
        context.report({
          node,
          message: 'plaintext may be exposed only where .oxlintrc.json allows it',
        });
      },
    };
  },
};
