import type { MayflyError } from '#core/errors/mayfly-error.ts';
import { checkConfiguration } from './check-configuration.ts';
import { listSettings, type Setting } from './list-settings.ts';
import { isRecord } from '#core/text/read-field.ts';
import { parseValue, type Reading } from './parse-value.ts';
import { readTree, type ConfigurationFile, type FileTree } from './read-tree.ts';
import { readFlags, readVariables, type GivenText } from './read-texts.ts';
import { configurationSchema, type Configuration } from './schema.ts';
import { readNode } from './schema-node.ts';

export interface ConfigurationSources {
  readonly file: ConfigurationFile | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `--git.limits.files=5` or `--git.limits.files 5`. */
  readonly flags: readonly string[];
}

export type ParsedConfiguration =
  | { readonly kind: 'valid'; readonly value: Configuration }
  /** Everything that is wrong, at once. */
  | { readonly kind: 'invalid'; readonly errors: readonly MayflyError[] };

/** The configuration from its sources: a flag counts over a variable, that over the file, that over the default. */
export function parseConfiguration(sources: ConfigurationSources): ParsedConfiguration {
  const settings = listSettings(configurationSchema);
  const errors: MayflyError[] = [];
  const file = readTree(sources.file, errors);
  const variables = readVariables(settings, sources.environment, errors);
  const flags = readFlags(settings, sources.flags, errors);
  const value: Record<string, unknown> = emptySections(configurationSchema);
  for (const setting of settings) {
    const given = flags.get(setting.key) ?? variables.get(setting.key);
    const found = readSetting(setting, given, file);
    if (found !== undefined) place(value, setting.key, found);
  }
  if (errors.length > 0) return { kind: 'invalid', errors };
  // Each setting was read by the schema that the type is made of.
  const configuration = value as Configuration;
  const conflicts = checkConfiguration(configuration);
  if (conflicts.length > 0) return { kind: 'invalid', errors: conflicts };
  return { kind: 'valid', value: configuration };
}

function readSetting(setting: Setting, given: GivenText | undefined, file: FileTree): unknown {
  const { key, schema } = setting;
  if (given !== undefined) {
    return parseText({ place: given.place, errors: file.errors }, setting, given.text);
  }
  const raw = lookUp(file.tree, key);
  if (raw !== undefined && raw !== null) return parseValue(file, schema, { key, raw });
  if (setting.default === undefined) return undefined;
  return parseText({ place: 'the default', errors: file.errors }, setting, setting.default);
}

/** A list is written with commas outside of the file. */
function parseText(reading: Reading, setting: Setting, text: string): unknown {
  const { key, schema } = setting;
  if (readNode(schema).kind !== 'list') return parseValue(reading, schema, { key, raw: text });
  const raw = text === '' ? [] : text.split(',').map((item) => item.trim());
  return parseValue(reading, schema, { key, raw });
}

function lookUp(tree: Record<string, unknown>, key: string): unknown {
  let at: unknown = tree;
  for (const step of key.split('.')) {
    if (!isRecord(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}

function emptySections(schema: object): Record<string, unknown> {
  const node = readNode(schema);
  if (node.kind !== 'section') return {};
  const sections = Object.entries(node.fields).filter(([, field]) => {
    return readNode(field).kind === 'section';
  });
  return Object.fromEntries(sections.map(([name, field]) => [name, emptySections(field)]));
}

function place(tree: Record<string, unknown>, key: string, value: unknown): void {
  const steps = key.split('.');
  const last = steps.pop() ?? '';
  const section = lookUp({ root: tree }, ['root', ...steps].join('.'));
  if (isRecord(section)) section[last] = value;
}
