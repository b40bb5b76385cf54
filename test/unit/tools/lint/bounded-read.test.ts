import { testRule } from '#test/support/lint/test-rule.ts';

testRule({
  name: 'bounded-read',
  accepts: [
    'const text = await readFileBounded(path, limit);',
    "const reply = response.json({ status: 'ok' });",
    'const value = text();',
  ],
  refuses: [
    'const text = await readFile(path);',
    "const text = fs.readFileSync(path, 'utf8');",
    'const body = await response.text();',
    'const body = await response.json();',
    'const body = await response.arrayBuffer();',
  ],
});
