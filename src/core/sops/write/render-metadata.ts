import type { SourceEntry, SourceList, SourceMap, SourceNode } from '#core/secret/source-tree.ts';
import { keyKinds, type KeyGroup, type SopsKey, type SopsMetadata } from '../metadata/metadata.ts';
import { ruleField } from '../metadata/read-metadata.ts';

/** What a writer knows of a file; the fields of {@link SopsMetadata} that a writer decides about. */
export interface NewMetadata extends Omit<SopsMetadata, 'rule'> {
  /** Null for binary files, which have no rule. */
  readonly rule: SopsMetadata['rule'] | null;
}

const beforeStamp = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'age'];

/** The `sops` block of a file, its fields in the order in which sops writes them. */
export function renderMetadata(metadata: NewMetadata): SourceMap {
  const { keyGroups, shamirThreshold, lastModified, mac, rule, macOnlyEncrypted } = metadata;
  const [only = []] = keyGroups.length === 1 ? keyGroups : [];
  const lists = renderGroup(only);
  return {
    kind: 'map',
    entries: [
      ...when(shamirThreshold > 0, 'shamir_threshold', integer(shamirThreshold)),
      ...when(keyGroups.length > 1, 'key_groups', renderGroups(keyGroups)),
      ...lists.filter((list) => isBeforeStamp(list)),
      entry('lastmodified', text(lastModified.text)),
      entry('mac', text(mac)),
      ...lists.filter((list) => !isBeforeStamp(list)),
      ...renderRule(rule),
      ...when(macOnlyEncrypted, 'mac_only_encrypted', {
        kind: 'value',
        type: 'bool',
        text: 'true',
      }),
      entry('version', text(metadata.version)),
    ],
  };
}

function isBeforeStamp(list: SourceEntry): boolean {
  return beforeStamp.includes(list.key);
}

/** The entry of a data key wrapped for an age recipient. */
export function createAgeKey(recipient: string, wrapped: string): SopsKey {
  const source: SourceMap = {
    kind: 'map',
    entries: [entry('enc', text(wrapped)), entry('recipient', text(recipient))],
  };
  return { kind: 'age', recipient, wrapped, source };
}

function renderGroups(groups: readonly KeyGroup[]): SourceList {
  return {
    kind: 'list',
    items: groups.map((group) => ({ kind: 'map', entries: renderGroup(group) })),
  };
}

function renderGroup(group: KeyGroup): readonly SourceEntry[] {
  return keyKinds.flatMap(({ kind }) => {
    const items = group.filter((key) => key.kind === kind).map((key) => key.source);
    return when(items.length > 0, kind, { kind: 'list', items });
  });
}

function renderRule(rule: NewMetadata['rule']): readonly SourceEntry[] {
  if (rule === null) return [];
  return [entry(ruleField(rule), text('suffix' in rule ? rule.suffix : rule.pattern))];
}

function entry(key: string, value: SourceNode): SourceEntry {
  return { kind: 'entry', key, value };
}

function when(isGiven: boolean, key: string, value: SourceNode): readonly SourceEntry[] {
  return isGiven ? [entry(key, value)] : [];
}

function text(value: string): SourceNode {
  return { kind: 'value', type: 'str', text: value };
}

function integer(value: number): SourceNode {
  return { kind: 'value', type: 'int', text: String(value) };
}
