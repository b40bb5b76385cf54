import { nameOf, type LintRule } from './rule.ts';

const builtIn = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'AggregateError',
  'MayflyError',
]);

/** Errors are made by `createError(code, params)` alone, so that every failure has a code of the catalogue. */
export const throwCatalogueOnly: LintRule = {
  create(context) {
    return {
      NewExpression(node) {
        if (!builtIn.has(nameOf(node.callee) ?? '')) return;
        context.report({ node, message: 'make errors with createError(code, params)' });
      },
    };
  },
};
