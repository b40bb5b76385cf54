import { testRule } from '#test/support/lint/test-rule.ts';

testRule({
  name: 'anchored-regexp',
  accepts: [
    'const name = /^[a-z]+$/u;',
    'const either = /^(?:a|b)$/u;',
    'const both = /^a$|^b$/u;',
    'const words = text.match(/[a-z]+/gu);',
    "const plain = text.replace(/-+/u, '-');",
    'const lines = text.split(/\\r?\\n/u);',
    'const kebab = /^[a-z]+(?:-[a-z]+)*$/u;',
    'const host = /^(?:[a-z]+\\.)*[a-z]+$/u;',
    'const pair = /^(?:[a-z]{2,4})+$/u;',
  ],
  refuses: [
    'const name = /[a-z]+/u;',
    'const start = /^https:/u;',
    'const half = /^a|b$/u;',
    'const nested = /^(?:a+)+$/u;',
    'const classes = /^(?:[a-z]+[0-9]*)*$/u;',
    'const branches = /^(?:-a+|b+)*$/u;',
    'const outside = new RegExp(pattern);',
  ],
});
