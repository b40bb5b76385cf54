import { noAmbientTime } from '#tools/lint/no-ambient-time.ts';
import { testRule } from '#test/support/lint/test-rule.ts';

testRule('no-ambient-time', noAmbientTime, {
  accepts: ['const now = clock.now();', 'const date = new Date(instant);', 'random.fraction();'],
  refuses: [
    'const now = Date.now();',
    'const date = new Date();',
    'const chance = Math.random();',
    'const ticks = performance.now();',
    'setTimeout(run, 10);',
  ],
});
