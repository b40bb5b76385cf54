import { testRule } from '#test/support/lint/test-rule.ts';

testRule({
  name: 'secret-expose-only-in',
  accepts: ['secret.wipe();', 'expose();', 'const size = secret.size;'],
  refuses: ['secret.expose();', 'entry.value.expose();', 'entry?.expose();'],
});
