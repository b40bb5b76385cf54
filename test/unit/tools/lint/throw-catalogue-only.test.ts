import { testRule } from '#test/support/lint/test-rule.ts';

testRule({
  name: 'throw-catalogue-only',
  accepts: [
    "throw createError('MAYFLY_INTERNAL_BUG', { where: 'here' });",
    'throw error;',
    'new Map();',
  ],
  refuses: [
    "throw new Error('no');",
    "reject(new TypeError('no'));",
    "throw new MayflyError('MAYFLY_INTERNAL_BUG', {}, {});",
  ],
});
