import { testRule } from '#test/support/lint/test-rule.ts';

const longBody = 'work();\n'.repeat(90);

testRule({
  name: 'short-tests',
  accepts: [
    `describe('a thing', () => {\n${longBody}});`,
    `describe.each(rows)('a thing', () => {\n${longBody}});`,
    `await describeWithParts(['sops'], 'a thing', (paths) => {\n${longBody}});`,
    "it('works', () => {\n  work();\n});",
  ],
  refuses: [
    `it('works', () => {\n${longBody}});`,
    `it.each(rows)('works', () => {\n${longBody}});`,
    `function build() {\n${longBody}}`,
  ],
});
