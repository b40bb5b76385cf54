import { createError } from '#core/errors/mayfly-error.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { parseStamp } from '../scalar/go-time.ts';
import { defaultRule, type SelectionRule } from '../selection.ts';
import { keyKinds, type KeyGroup, type SopsKey, type SopsMetadata } from './metadata.ts';
import { asBoolean, asCount, asMaps, asText, fieldOf } from './weak.ts';

/** How many wrapped keys one file may carry, in all groups together. */
export const maxRecipients = 256;

/**
 * Reads the `sops` block. Throws `MAYFLY_SOPS_METADATA` when a field cannot be read, there is no key, or there
 * are two rules; `MAYFLY_SOPS_MAC_MISSING` without a MAC; `MAYFLY_SOPS_LIMIT` for too many recipients.
 * `path` names the file in messages.
 */
export function readMetadata(block: SourceMap, path: string): SopsMetadata {
  const read: Reading = { block, path };
  const stamp = parseStamp(textField(read, 'lastmodified'));
  if (stamp === null) throw unreadable(read, 'lastmodified');
  const mac = textField(read, 'mac');
  if (mac === '') throw createError('MAYFLY_SOPS_MAC_MISSING', { path });
  const macOnlyEncrypted = asBoolean(fieldOf(block, 'mac_only_encrypted'));
  if (macOnlyEncrypted === null) throw unreadable(read, 'mac_only_encrypted');
  return {
    keyGroups: readKeyGroups(read),
    shamirThreshold: readThreshold(read),
    lastModified: stamp,
    mac,
    rule: readRule(read),
    macOnlyEncrypted,
    version: textField(read, 'version'),
  };
}

interface Reading {
  readonly block: SourceMap;
  readonly path: string;
}

function unreadable(read: Reading, field: string): Error {
  return createError('MAYFLY_SOPS_METADATA', { path: read.path, field });
}

function textField(read: Reading, field: string): string {
  const text = asText(fieldOf(read.block, field));
  if (text === null) throw unreadable(read, field);
  return text;
}

function readThreshold(read: Reading): number {
  const threshold = asCount(fieldOf(read.block, 'shamir_threshold'));
  if (threshold === null || threshold > 255) throw unreadable(read, 'shamir_threshold');
  return threshold;
}

const rules = [
  {
    field: 'unencrypted_suffix',
    rule: (suffix: string) => ({ kind: 'unencrypted-suffix', suffix }),
  },
  { field: 'encrypted_suffix', rule: (suffix: string) => ({ kind: 'encrypted-suffix', suffix }) },
  {
    field: 'unencrypted_regex',
    rule: (pattern: string) => ({ kind: 'unencrypted-regex', pattern }),
  },
  { field: 'encrypted_regex', rule: (pattern: string) => ({ kind: 'encrypted-regex', pattern }) },
  {
    field: 'unencrypted_comment_regex',
    rule: (pattern: string) => ({ kind: 'unencrypted-comment-regex', pattern }),
  },
  {
    field: 'encrypted_comment_regex',
    rule: (pattern: string) => ({ kind: 'encrypted-comment-regex', pattern }),
  },
] as const satisfies readonly { field: string; rule: (text: string) => SelectionRule }[];

/** The field of the metadata that holds a rule of this kind. */
export function ruleField(rule: SelectionRule): string {
  return rule.kind.replaceAll('-', '_');
}

function readRule(read: Reading): SelectionRule {
  const given = rules
    .map(({ field, rule }) => ({ text: textField(read, field), rule }))
    .filter(({ text }) => text !== '')
    .map(({ text, rule }) => rule(text));
  if (given.length > 1) throw unreadable(read, 'more than one rule');
  return given[0] ?? defaultRule;
}

/** Keys at the top make one group and then `key_groups` does not count, as SOPS reads it. */
function readKeyGroups(read: Reading): readonly KeyGroup[] {
  const top = readGroup(read, read.block);
  const groups = top.length > 0 ? [top] : readNamedGroups(read);
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  if (count === 0) throw unreadable(read, 'no keys');
  if (count > maxRecipients) throw tooMany(read);
  return groups;
}

function tooMany(read: Reading): Error {
  return createError('MAYFLY_SOPS_LIMIT', {
    path: read.path,
    limit: maxRecipients,
    what: 'recipients',
  });
}

function readNamedGroups(read: Reading): readonly KeyGroup[] {
  const groups = asMaps(fieldOf(read.block, 'key_groups'));
  if (groups === null) throw unreadable(read, 'key_groups');
  if (groups.length > maxRecipients) throw tooMany(read);
  return groups.map((group) => readGroup(read, group));
}

function readGroup(read: Reading, group: SourceMap): KeyGroup {
  return keyKinds.flatMap(({ kind, name }) => {
    const entries = asMaps(fieldOf(group, kind));
    if (entries === null) throw unreadable(read, kind);
    return entries.map((entry): SopsKey => {
      const recipient = asText(fieldOf(entry, name));
      const wrapped = asText(fieldOf(entry, 'enc'));
      if (recipient === null || wrapped === null) throw unreadable(read, kind);
      return { kind, recipient, wrapped, source: entry };
    });
  });
}
