/** What the vectors of SOPS are made of: a plain file, its creation rule in `.sops.yaml`, and who opens it. */
export interface SopsCase {
  readonly name: string;
  readonly plain: string | Uint8Array;
  readonly extension: 'yaml' | 'json' | 'env' | 'ini' | 'bin';
  readonly rule: Readonly<Record<string, string | boolean>>;
  /** Names of identity files; each recipient is one of them. */
  readonly recipients: readonly string[];
  /** More than one group shares the data key out; then `recipients` is not used. */
  readonly groups?: readonly (readonly string[])[];
  readonly threshold?: number;
}

const allTypes = `str: text
empty: ""
int: 42
big: 9223372036854775807
small: -9223372036854775808
octal: 0123
hex: 0x1F
grouped: 1_000
float: 1.5
large: 1e21
tiny: 1e-7
huge: 123456789012345678901234567890.5
infinite: .inf
bool: true
capital: FALSE
yes: yes
nothing: null
tilde: ~
date: 2024-01-02
moment: 2001-12-14t21:59:43.10-05:00
spaced: 2001-12-14 21:59:43.1
sexagesimal: 1:30
quoted: "42"
"123": quoted number as key
"a:b": colon in a key
unicode: "\\u00e9 \\U0001F600"
block: |
  first

    indented
  last
folded: >-
  one
  two
tab: "a\\tb"
list: [1, two, 3.0, null, "", [nested, true], {k: v}]
empty_list: []
empty_map: {}
deep:
  deeper:
    deepest: [[[x]]]
`;

const comments = `# head of the file
#second line

# a block of its own
first: 1 # inline
# before the list
list:
  # first in the list
  - a # inline in the list
  # between
  - b
  # last in the list
map: # behind a key
  # first in the map
  x: 1
  # last in the map

# before the end
end: []
# foot of the file
`;

const commentRules = `# nothing asked
plain: 1
# sops:enc
# a second comment
secret: 2
open: 3
# sops:enc
map:
  a: 1
  b:
    - 1
    # in a list
    - 2
list:
  - x
  # sops:enc
  - y
  - z
`;

const rules = `name: app
secret_key: s3cr3t
port: 80
nested:
  password: hunter2
  public: yes
  list_unencrypted: [1, two]
stringData:
  token: abc
  note: ""
`;

const anchors = `base: &base
  user: admin
  roles: [a, b]
copy: *base
again:
  - *base
`;

const documents = `a: 1
b: two
---
c: 3
list: [x, y]
---
a: other
`;

const json = `{
  "b": "x", "10": 1, "2": 9007199254740993, "big": 12345678901234567890, "f": 1e3, "small": 1e-7,
  "t": true, "n": null, "e": "", "l": ["a", 2, {"k": "\\u00e9\\u0001"}, []], "m": {"sub": {}, "__proto__": "p"},
  "u_unencrypted": 1.50, "html": "<a>&b", "123": "digits"
}
`;

const dotenv = `# a comment
A=1
B =two words
export C="quoted"
D=line\\nbreak
E=
#second
PLAIN_unencrypted=x=y
F=  spaces
SECRET_KEY=s
`;

const ini = `; top
root=1
[first section]
; before a
a = hello
b = "quoted value"
# hash
c = """two
lines"""
secret_key = x
[second]
url = \`http://a;b#c\`
k:v
plain_unencrypted = open
`;

const plainOf = { yaml: rules, json, env: dotenv, ini } as const;

const creationRules = {
  'default-rule': {},
  'unencrypted-suffix': { unencrypted_suffix: '_key' },
  'encrypted-suffix': { encrypted_suffix: '_key' },
  'unencrypted-regex': { unencrypted_regex: '^(port|b|B |root)$' },
  'encrypted-regex': { encrypted_regex: '(?i)^(stringData|.*KEY|a|l)$' },
  'mac-only-encrypted': { encrypted_regex: 'key|KEY|token|^l$', mac_only_encrypted: true },
} as const satisfies Record<string, SopsCase['rule']>;

const one = ['one'] as const;

function ruleCases(): SopsCase[] {
  return Object.entries(creationRules).flatMap(([name, rule]) =>
    (['yaml', 'json', 'env', 'ini'] as const).map((extension) => ({
      name,
      plain: plainOf[extension],
      extension,
      rule,
      recipients: one,
    })),
  );
}

function groupCases(): SopsCase[] {
  return (['yaml', 'json', 'env', 'ini', 'bin'] as const).map((extension) => ({
    name: 'shamir-2-of-3',
    plain: extension === 'bin' ? 'shared out\n' : plainOf[extension],
    extension,
    rule: {},
    recipients: [],
    groups: [['one'], ['two'], ['three']],
    threshold: 2,
  }));
}

function yamlCase(name: string, plain: string, rule: SopsCase['rule'] = {}): SopsCase {
  return { name, plain, extension: 'yaml', rule, recipients: one };
}

const allBytes = Uint8Array.from({ length: 512 }, (_, at) => at % 256);

function largeYaml(): string {
  const numbers = Array.from({ length: 480 }, (_, at) => String(at).padStart(4, '0'));
  return `stringData:\n${numbers.map((at) => `  key_${at}: value number ${at}\n`).join('')}`;
}

export const sopsCases: readonly SopsCase[] = [
  ...ruleCases(),
  ...groupCases(),
  yamlCase('types', allTypes),
  yamlCase('types-plain', allTypes, { encrypted_regex: '^none$' }),
  yamlCase('comments', comments),
  yamlCase('comments-plain', comments, { encrypted_regex: '^first$' }),
  yamlCase('encrypted-comment-regex', commentRules, { encrypted_comment_regex: 'sops:enc' }),
  yamlCase('unencrypted-comment-regex', commentRules, { unencrypted_comment_regex: '^ sops:' }),
  yamlCase('anchors', anchors),
  yamlCase('documents', documents),
  yamlCase('documents-mac-only', documents, {
    mac_only_encrypted: true,
    encrypted_regex: '^(b|list)$',
  }),
  yamlCase('large', largeYaml()),
  { ...yamlCase('two-recipients', rules), recipients: ['one', 'two'] },
  { name: 'bytes', plain: allBytes, extension: 'bin', rule: {}, recipients: one },
  { name: 'text', plain: 'just a line\n', extension: 'bin', rule: {}, recipients: one },
  { name: 'empty', plain: '', extension: 'bin', rule: {}, recipients: one },
];
