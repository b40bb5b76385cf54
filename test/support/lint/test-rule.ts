import { describe, it } from '@jest/globals';
import { RuleTester } from 'oxlint/plugins-dev';
import type { LintRule } from '#tools/lint/rule.ts';

RuleTester.describe = (title, body) => {
  describe(title, body);
};
RuleTester.it = (title, body) => {
  it(title, body);
};

/** Runs a rule of ours over sources that it accepts and sources in which it finds one thing each. */
export function testRule(
  name: string,
  rule: LintRule,
  sources: { readonly accepts: readonly string[]; readonly refuses: readonly string[] },
): void {
  new RuleTester({ languageOptions: { parserOptions: { lang: 'ts' } } }).run(name, rule, {
    valid: [...sources.accepts],
    invalid: sources.refuses.map((code) => ({ code, errors: 1 })),
  });
}
