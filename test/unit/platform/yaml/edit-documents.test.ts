import { describe, expect, it } from '@jest/globals';
import { editDocuments, renderYaml } from '#platform/yaml/edit-documents.ts';

const text = `# The shop.
a:
  # first
  b: "1" # one

  c: 'two'
list:
- {x: 1}
---
d: |
  lines
  of text
`;

function edit(...edits: Parameters<typeof editDocuments>[2]): string {
  return editDocuments(Buffer.from(text), 'shop.yaml', edits);
}

describe('an edited YAML text', () => {
  it('is the same without an edit', () => {
    expect(edit()).toBe(text);
  });

  it('keeps comments, order, quotes and blank lines of what stays', () => {
    const changed = edit([
      { path: ['a', 'b'], value: '2' },
      { path: ['a', 'mayfly.dev/x'], value: 'y\nz\n' },
    ]);
    expect(changed).toBe(
      text.replace('"1"', '"2"').replace("'two'\n", "'two'\n  mayfly.dev/x: |\n    y\n    z\n"),
    );
  });

  it('loses what is taken away', () => {
    expect(edit([{ path: ['a', 'c'], value: null }])).toBe(text.replace("\n  c: 'two'\n", ''));
  });

  it('keeps lists set in where they are', () => {
    const deep = 'a:\n  - b: 1\n    c: 2\n';
    expect(editDocuments(Buffer.from(deep), 'x', [[]])).toBe(deep);
  });

  it('is refused when it is none', () => {
    expect(() => editDocuments(Buffer.from('a: ['), 'x', [])).toThrow(
      expect.objectContaining({ code: 'MAYFLY_YAML_SYNTAX' }),
    );
  });
});

it('a plain value becomes YAML without folded lines', () => {
  expect(renderYaml({ a: 'x '.repeat(100).trim() }).split('\n')).toHaveLength(2);
});
