/** A template and the secrets that it reads, as Vault answers them. */
export interface TemplateCase {
  readonly name: string;
  readonly template: string;
  readonly left?: string;
  readonly right?: string;
}

/** A secret of Vault, its fields as JSON text, in which numbers keep their text. */
export interface CaseSecret {
  readonly path: string;
  readonly fields: string;
  /** One of KV 2 has a version. */
  readonly version: number | null;
}

/** What every case may read. */
export const caseSecrets: readonly CaseSecret[] = [
  {
    path: 'secret/data/shop/db',
    version: 3,
    fields: `{
    "username": "shop", "password": "p&ss<w>'rd\\"\\\\\\n", "port": 5432, "replicas": 0, "ratio": 0.25, "tls": true,
    "plain": false, "empty": "", "none": null, "a-b": "dashed", "padded": "  x y\\t\\n", "csv": "a,b,,c",
    "encoded": "aHVudGVyMg==", "url": "_-8=", "json": "{\\"b\\":[1,2,{\\"c\\":\\"d\\"}],\\"a\\":\\"x\\"}",
    "pem": "-----BEGIN-----\\nabc\\n\\ndef\\n-----END-----\\n", "unicode": "grüße € 😀 Ünlü",
    "list": ["x", "y", "z"], "nested": {"z": "1", "a": {"k": "v"}, "l": [1, 2]}, "emptyList": [], "emptyMap": {}
  }`,
  },
  {
    path: 'database/creds/app',
    version: null,
    fields: '{"username": "v-app", "password": "once"}',
  },
  {
    path: 'secret/flat',
    version: null,
    fields: '{"key": "flat value", "big": 12345678901234567890}',
  },
];

function inShop(template: string): string {
  return `{{ with secret "secret/data/shop/db" }}${template}{{ end }}`;
}

const text: readonly (readonly [string, string])[] = [
  ['text alone', 'no action\n\tat all }} { {'],
  ['a flat secret', '{{ with secret "secret/flat" }}{{ .Data.key }}{{ end }}'],
  ['a big number', '{{ with secret "secret/flat" }}{{ .Data.big }} {{ .Data | toJSON }}{{ end }}'],
  [
    'a dynamic secret',
    '{{ with secret "database/creds/app" }}{{ .Data.username }}:{{ .Data.password }}{{ end }}',
  ],
  ['a secret in a variable', '{{ $s := secret "secret/flat" }}{{ $s.Data.key }}'],
  ['a secret in parentheses', '{{ (secret "secret/flat").Data.key }}'],
  ['a leading slash', '{{ with secret "/secret/flat" }}{{ .Data.key }}{{ end }}'],
  [
    'two secrets',
    '{{ with secret "secret/flat" }}{{ with secret "database/creds/app" }}{{ .Data.username }}{{ end }}{{ .Data.key }}{{ end }}',
  ],
  ['trimming on the left', 'a \n\t {{- "b" }} c'],
  ['trimming on the right', 'a {{ "b" -}} \n\n c'],
  ['trimming on both sides', 'a {{- "b" -}} c'],
  ['trimming a block', '{{- if true }}\n  x\n{{- end }}\n'],
  ['a negative number is no trimming', 'a {{-1}} b {{ -1 }}'],
  ['a comment', 'a{{/* with }} inside */}}b'],
  ['a trimmed comment', 'a {{- /* x */ -}} b'],
  ['delimiters in a text', '{{ "}}" }}{{ `{{` }}'],
  ['an action on several lines', '{{\n  "a"\n  | toUpper\n}}'],
  ['escapes', String.raw`{{ "\a\b\f\n\r\t\v\\\"\x41\101\u00e9\U0001F600" }}`],
  ['a raw text', '{{ `a\\n"b"` }}'],
  ['numbers', '{{ 1 }} {{ 0x1F }} {{ 0b11 }} {{ 0o17 }} {{ 017 }} {{ +5 }} {{ 1.5 }} {{ 1e3 }}'],
  ['truth values', '{{ true }} {{ false }}'],
];

const flow: readonly (readonly [string, string])[] = [
  ['if and else', '{{ if true }}a{{ else }}b{{ end }}{{ if false }}a{{ else }}b{{ end }}'],
  ['else if', '{{ if false }}a{{ else if true }}b{{ else }}c{{ end }}'],
  ['else if without else', '{{ if false }}a{{ else if false }}b{{ end }}.'],
  ['with and else', '{{ with "" }}a{{ else }}b{{ end }}{{ with "x" }}{{ . }}{{ end }}'],
  ['else with', '{{ with "" }}a{{ else with "x" }}{{ . }}{{ end }}'],
  ['with a variable', '{{ with $x := "v" }}{{ $x }}{{ . }}{{ end }}'],
  ['if a variable', '{{ if $x := "v" }}{{ $x }}{{ end }}'],
  ['truth of numbers', '{{ if 0 }}a{{ else }}b{{ end }}{{ if 1 }}c{{ end }}'],
  ['truth of a stored zero', inShop('{{ if .Data.data.replicas }}a{{ else }}b{{ end }}')],
  [
    'truth of stored values',
    inShop(
      '{{ if .Data.data.tls }}a{{ end }}{{ if .Data.data.plain }}b{{ end }}{{ if .Data.data.empty }}c{{ end }}{{ if .Data.data.none }}d{{ end }}{{ if .Data.data.emptyList }}e{{ end }}{{ if .Data.data.emptyMap }}f{{ end }}',
    ),
  ],
  [
    'a range over a map',
    inShop('{{ range $k, $v := .Data.data.nested.a }}{{ $k }}={{ $v }};{{ end }}'),
  ],
  [
    'a range over a sorted map',
    '{{ with secret "database/creds/app" }}{{ range $k, $v := .Data }}{{ $k }}={{ $v }}\n{{ end }}{{ end }}',
  ],
  ['a range over a list', inShop('{{ range .Data.data.list }}[{{ . }}]{{ end }}')],
  [
    'a range with a place',
    inShop('{{ range $i, $v := .Data.data.list }}{{ $i }}{{ $v }}{{ end }}'),
  ],
  ['a range with one variable', inShop('{{ range $v := .Data.data.list }}{{ $v }}{{ end }}')],
  ['a range over nothing', inShop('{{ range .Data.data.emptyList }}a{{ else }}none{{ end }}')],
  [
    'break and continue',
    inShop(
      '{{ range $i, $v := .Data.data.list }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ $v }}{{ if eq $v "z" }}{{ break }}{{ end }}{{ end }}',
    ),
  ],
  [
    'the dollar in a range',
    inShop('{{ $top := . }}{{ range .Data.data.list }}{{ . }}{{ $top.Data.data.port }}{{ end }}'),
  ],
  ['assignment from within', '{{ $x := "a" }}{{ if true }}{{ $x = "b" }}{{ end }}{{ $x }}'],
  [
    'a variable that is shadowed',
    '{{ $x := "a" }}{{ if true }}{{ $x := "b" }}{{ $x }}{{ end }}{{ $x }}',
  ],
  ['a variable made of the one it hides', '{{ $x := "a" }}{{ $x := printf "%s%s" $x $x }}{{ $x }}'],
];

const functions: readonly (readonly [string, string])[] = [
  ['eq', '{{ eq 1 1 }} {{ eq "a" "b" }} {{ eq "a" "b" "a" }} {{ ne 1 2 }} {{ eq true true }}'],
  [
    'order',
    '{{ lt 1 2 }} {{ le 2 2 }} {{ gt "b" "a" }} {{ ge 1 2 }} {{ lt "a" "aa" }} {{ lt 1.5 2.5 }}',
  ],
  ['a stored number as a text', inShop('{{ eq .Data.data.port "5432" }}')],
  ['and, or, not', '{{ and true "x" }} {{ or "" "y" }} {{ not true }} {{ and 0 1 }} {{ or 0 "" }}'],
  ['and that stops', inShop('{{ if and .Data.data.none .Data.data.none.x }}a{{ else }}b{{ end }}')],
  ['a pipe into and', '{{ "x" | and "y" }} {{ "x" | or "" }}'],
  ['index of a map', inShop('{{ index .Data.data "a-b" }}{{ index .Data.data "nested" "a" "k" }}')],
  ['index of a list', inShop('{{ index .Data.data.list 1 }}')],
  [
    'len',
    inShop(
      '{{ len .Data.data.list }} {{ len .Data.data.password }} {{ len .Data.data.nested }} {{ len "€" }}',
    ),
  ],
  ['print', '{{ print "a" 1 2 "b" 3 }} {{ print 1 2 }} {{ println "x" 1 }}'],
  ['print of stored numbers', inShop('{{ print .Data.data.port .Data.data.ratio true 1 }}')],
  ['printf', '{{ printf "%s-%d-%v-%t-%%" "a" 5 "b" true }}'],
  ['printf with widths', '[{{ printf "%5s|%-5s|%05d|%3d" "a" "b" -42 7 }}]'],
  ['printf in a pipe', '{{ "x" | printf "%s=%q" "k" }}'],
  ['case', inShop('{{ .Data.data.unicode | toUpper }} {{ .Data.data.unicode | toLower }}')],
  ['trimSpace', inShop('[{{ .Data.data.padded | trimSpace }}]')],
  [
    'trim',
    '{{ "--x--" | trim "-" }} {{ "abc" | trimPrefix "a" }} {{ "abc" | trimSuffix "c" }} {{ "abc" | trimPrefix "x" }}',
  ],
  ['replaceAll', '{{ "aaXaa" | replaceAll "aa" "b" }} {{ "aaa" | replaceAll "aa" "b" }}'],
  [
    'split and join',
    inShop(
      '{{ range split "," .Data.data.csv }}<{{ . }}>{{ end }} {{ .Data.data.csv | split "," | join ";" }}',
    ),
  ],
  ['split of nothing', '{{ range split "," " " }}a{{ else }}none{{ end }}'],
  ['indent', inShop('{{ .Data.data.pem | indent 4 }}')],
  ['sprig_nindent', inShop('x:{{ .Data.data.pem | sprig_nindent 2 }}')],
  [
    'contains',
    inShop(
      '{{ contains "ss" .Data.data.password }} {{ .Data.data.list | contains "y" }} {{ in .Data.data.list "q" }}',
    ),
  ],
  [
    'base64',
    inShop(
      '{{ .Data.data.encoded | base64Decode }} {{ .Data.data.password | base64Encode }} {{ .Data.data.unicode | base64URLEncode }}',
    ),
  ],
  ['base64 for URLs', inShop('{{ .Data.data.url | base64URLDecode | base64Encode }}')],
  [
    'toJSON of a text',
    inShop('{{ .Data.data.password | toJSON }} {{ .Data.data.unicode | toJSON }}'),
  ],
  ['toUnescapedJSON', inShop('{{ .Data.data.password | toUnescapedJSON }}')],
  ['toJSON of everything', inShop('{{ .Data.data | toJSON }}')],
  [
    'toJSONPretty',
    inShop('{{ .Data.data.nested | toJSONPretty }} {{ .Data.data.emptyMap | toJSONPretty }}'),
  ],
  ['toUnescapedJSONPretty', inShop('{{ .Data.data.nested | toUnescapedJSONPretty }}')],
  [
    'parseJSON',
    inShop(
      '{{ with parseJSON .Data.data.json }}{{ .a }}{{ range .b }},{{ . | toJSON }}{{ end }}{{ end }}',
    ),
  ],
  [
    'parseBool and parseInt',
    '{{ if parseBool "true" }}a{{ end }}{{ if parseBool "0" }}b{{ end }}{{ parseInt "042" }}',
  ],
  [
    'urlquery',
    inShop('postgres://u:{{ .Data.data.password | urlquery }}@h {{ "a b/~é" | urlquery }}'),
  ],
  ['sprig quotes', '{{ "a" | sprig_squote }} {{ "a\\"b" | sprig_quote }}'],
  [
    'sprig_default',
    inShop('{{ .Data.data.empty | sprig_default "d" }} {{ "x" | sprig_default "d" }}'),
  ],
  [
    'other functions of sprig',
    inShop(
      '{{ sprig_coalesce "" "b" }} {{ sprig_ternary "y" "n" true }} {{ sprig_hasKey .Data.data "port" }} {{ sprig_empty "" }} {{ "hi" | sprig_b64enc | sprig_b64dec }}',
    ),
  ],
];

const faults: readonly (readonly [string, string])[] = [
  ['an unknown function', '{{ nope 1 }}'],
  ['an action that is not closed', 'a {{ "b" '],
  ['a block that is not closed', '{{ if true }}a'],
  ['an end too many', 'a{{ end }}'],
  ['a second else', '{{ if true }}a{{ else }}b{{ else }}c{{ end }}'],
  ['an unknown variable', '{{ $x }}'],
  ['a variable out of its block', '{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}'],
  ['a name with a dash', inShop('{{ .Data.data.a-b }}')],
  ['a value that is called', '{{ "a" "b" }}'],
  ['a pipe into a value', '{{ "a" | "b" }}'],
  ['an empty action', '{{ }}'],
  ['an unknown escape', String.raw`{{ "\q" }}`],
  ['a text that is not closed', '{{ "a }}'],
  ['a parenthesis that is not closed', '{{ (len "a" }}'],
  ['break outside of a loop', '{{ break }}'],
  ['a missing key', inShop('{{ .Data.data.missing }}')],
  ['a key of a text', inShop('{{ .Data.data.username.x }}')],
  ['a place beyond the list', inShop('{{ index .Data.data.list 9 }}')],
  ['what is not base64', '{{ "%" | base64Decode }}'],
  ['what is not JSON', '{{ "{" | parseJSON }}'],
  ['a text against a number', '{{ lt "a" 1 }}'],
  ['a range over a text', '{{ range "abc" }}x{{ end }}'],
  ['a constructor', inShop('{{ .Data.data.constructor }}{{ .Data.data.__proto__ }}')],
];

/** The templates that the real consul-template and ours have to agree on. */
export const templateCases: readonly TemplateCase[] = [
  ...[...text, ...flow, ...functions, ...faults].map(([name, template]) => ({ name, template })),
  {
    name: 'other delimiters',
    template: '{{ a }} [[ with secret "secret/flat" ]][[ .Data.key ]][[ end ]]',
    left: '[[',
    right: ']]',
  },
];
