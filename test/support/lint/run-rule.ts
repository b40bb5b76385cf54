import { readFileSync } from 'node:fs';
import { RuleTester } from 'oxlint/plugins-dev';
import plugin from '#tools/lint/plugin.ts';
import type { LintRule } from '#tools/lint/rule.ts';
import type { RuleSources } from './test-rule.ts';

/**
 * Reads the name of a rule and its sources from standard input, and prints what the rule does not do as it should.
 * A process of its own: the parser reserves gigabytes of addresses, which a test runner must not inherit.
 */
const { name, accepts, refuses } = JSON.parse(readFileSync(0, 'utf8')) as RuleSources;
const rules: Readonly<Record<string, LintRule>> = plugin.rules;
const rule = rules[name];
if (rule === undefined) throw new Error(`there is no rule ${name}`);

RuleTester.describe = (_title, body) => {
  body();
};
RuleTester.it = (title, body) => {
  try {
    body();
  } catch (error) {
    process.stdout.write(`${title}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
};

new RuleTester({ languageOptions: { parserOptions: { lang: 'ts' } } }).run(name, rule, {
  valid: [...accepts],
  invalid: refuses.map((code) => ({ code, errors: 1 })),
});
