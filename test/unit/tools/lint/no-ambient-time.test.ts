import { testRule } from '#test/support/lint/test-rule.ts';

testRule({
  name: 'no-ambient-time',
  accepts: ['const now = clock.now();', 'const date = new Date(instant);', 'random.fraction();'],
  refuses: [
    'const now = Date.now();',
    'const date = new Date();',
    'const chance = Math.random();',
    'const ticks = performance.now();',
    'setTimeout(run, 10);',
  ],
});
