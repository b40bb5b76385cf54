import type { WrappedKey } from '#core/ports/data-key.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import type { SelectionRule } from '../selection.ts';
import type { Stamp } from '../scalar/go-time.ts';

/** One wrapped copy of the data key, or of one share of it. */
export interface SopsKey extends WrappedKey {
  /** The entry as the file has it, so that a writer can put it back unchanged. */
  readonly source: SourceMap;
}

/** Keys that all wrap the same data key, or the same share. */
export type KeyGroup = readonly SopsKey[];

/** The `sops` block of a file. Nothing of it is authenticated by itself. */
export interface SopsMetadata {
  /** At least one group; more than one means that the data key is shared out among them. */
  readonly keyGroups: readonly KeyGroup[];
  /** How many groups are needed; 0 when the file does not say. */
  readonly shamirThreshold: number;
  /** To the second: its text is what authenticates the MAC. */
  readonly lastModified: Stamp;
  /** The encrypted MAC; never empty. */
  readonly mac: string;
  readonly rule: SelectionRule;
  readonly macOnlyEncrypted: boolean;
  /** The version of sops that wrote the file; informational. */
  readonly version: string;
}

/** The lists of keys in the order in which a group holds them, with the field that names the recipient. */
export const keyKinds = [
  { kind: 'kms', name: 'arn' },
  { kind: 'gcp_kms', name: 'resource_id' },
  { kind: 'hckms', name: 'key_id' },
  { kind: 'azure_kv', name: 'name' },
  { kind: 'hc_vault', name: 'key_name' },
  { kind: 'pgp', name: 'fp' },
  { kind: 'age', name: 'recipient' },
] as const;

/** Where the metadata stands in a file, for naming it in messages. */
export const metadataKey = 'sops';
