import { listSettings, type Setting } from './list-settings.ts';
import { configurationSchema } from './schema.ts';
import { readNode, readNotes } from './schema-node.ts';

/** The reference of every setting, in Markdown. */
export function renderConfigReference(): string {
  const settings = listSettings(configurationSchema);
  return [
    '# Configuration',
    '',
    'Made from the schema of the configuration. A setting has the same key everywhere: `git.limits.files` in the',
    'file is `MAYFLY_GIT_LIMITS_FILES` in the environment and `--git.limits.files` on the command line. A flag',
    'counts over a variable, a variable over the file, the file over the default. Lists are written with commas',
    'outside of the file. The file is YAML; `--config FILE` or `MAYFLY_CONFIG` names it.',
    '',
    ...settings.flatMap(renderSetting),
  ].join('\n');
}

function renderSetting(setting: Setting): readonly string[] {
  return [
    `## \`${setting.key}\``,
    '',
    setting.description,
    '',
    `- Takes: ${renderType(setting.schema)}`,
    `- Default: ${renderDefault(setting)}`,
    `- Variable: ${setting.isFileOnly ? 'none, set it in the file' : `\`${setting.variable}\``}`,
    '',
    ...renderItem(setting.schema),
    ...renderFields(setting.schema),
  ];
}

/** What one item of a plain list or map is. */
function renderItem(schema: object): readonly string[] {
  const node = readNode(schema);
  if (node.kind !== 'list' && node.kind !== 'map') return [];
  const item = node.kind === 'list' ? node.items : node.values;
  const { description } = readNotes(item);
  return description === undefined ? [] : [`Each: ${description}`, ''];
}

function renderDefault({ default: text }: Setting): string {
  if (text === undefined) return 'none';
  return text === '' ? 'empty' : `\`${text}\``;
}

const kindWords: Readonly<Record<string, string>> = {
  text: 'a text',
  path: 'an absolute path',
  integer: 'a whole number',
  size: 'a size in bytes, such as `512Ki` or `5Mi`',
  duration: 'a duration, such as `90s` or `1h30m`',
  switch: '`true` or `false`',
  address: '`HOST:PORT`',
  mode: "four octal digits in quotes, such as `'0440'`",
  account: 'the name or number of an account',
};

function renderType(schema: object): string {
  const node = readNode(schema);
  switch (node.kind) {
    case 'leaf':
      if (node.leaf.choices !== undefined)
        return node.leaf.choices.map((c) => `\`${c}\``).join(', ');
      return kindWords[node.leaf.setting] ?? 'a text';
    case 'list':
      return readNode(node.items).kind === 'leaf'
        ? `a list; each is ${renderType(node.items)}`
        : 'a list of maps';
    case 'map':
      return readNode(node.values).kind === 'leaf' ? 'a map of texts' : 'a map of named maps';
    case 'section':
      return 'a map';
  }
}

/** The fields of a list of maps or a map of maps, as a table. */
function renderFields(schema: object): readonly string[] {
  const node = readNode(schema);
  if (node.kind !== 'list' && node.kind !== 'map') return [];
  const inner = readNode(node.kind === 'list' ? node.items : node.values);
  if (inner.kind !== 'section') return [];
  const rows = Object.entries(inner.fields).map(([name, field]) => {
    const need = inner.required.includes(name) ? 'required' : '';
    return `| \`${name}\` | ${renderType(field)} | ${need} | ${describeField(field)} |`;
  });
  return ['| field | takes | | |', '| --- | --- | --- | --- |', ...rows, ''];
}

function describeField(schema: object): string {
  const node = readNode(schema);
  return readNotes(node.kind === 'list' ? node.items : schema).description ?? '';
}
