import { secretExposeOnlyIn } from '#tools/lint/secret-expose-only-in.ts';
import { testRule } from '#test/support/lint/test-rule.ts';

testRule('secret-expose-only-in', secretExposeOnlyIn, {
  accepts: ['secret.wipe();', 'expose();', 'const size = secret.size;'],
  refuses: ['secret.expose();', 'entry.value.expose();', 'entry?.expose();'],
});
