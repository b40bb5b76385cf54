import { createError } from '#core/errors/mayfly-error.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { EncryptOptions } from '#core/ports/encryptor.ts';
import type { SopsMetadata } from '#core/sops/metadata/metadata.ts';
import { ruleField } from '#core/sops/metadata/read-metadata.ts';
import {
  compileRule,
  defaultRule,
  type Selection,
  type SelectionRule,
} from '#core/sops/selection.ts';
import { compilePattern } from '#platform/regexp.ts';

/** What of a file is encrypted, and what the MAC covers. */
export interface Scope {
  /** As the metadata shall name it; null for a binary file. */
  readonly rule: SelectionRule | null;
  readonly selection: Selection;
  readonly macOnlyEncrypted: boolean;
}

interface Choice {
  readonly path: string;
  readonly format: FileFormat;
  readonly options: EncryptOptions;
  readonly previous: { readonly metadata: SopsMetadata } | null;
}

/**
 * What was asked for, else as the previous version has it, else the default. Throws `MAYFLY_SOPS_NO_RECIPIENT`,
 * `MAYFLY_SOPS_BINARY_RULE` for a rule where SOPS knows none, and `MAYFLY_SOPS_PATTERN`.
 */
export function chooseScope(choice: Choice): Scope {
  const { path, format, options, previous } = choice;
  if (options.recipients.length === 0 && previous === null) {
    throw createError('MAYFLY_SOPS_NO_RECIPIENT', { path });
  }
  const rule = format === 'binary' ? refuseRule(choice) : ruleOf(choice);
  return {
    rule,
    selection: selectionOf(path, rule ?? defaultRule),
    macOnlyEncrypted: options.macOnlyEncrypted ?? previous?.metadata.macOnlyEncrypted ?? false,
  };
}

function ruleOf({ options, previous }: Choice): SelectionRule {
  return options.rule ?? previous?.metadata.rule ?? defaultRule;
}

function refuseRule({ path, options }: Choice): null {
  if (options.rule !== undefined) throw createError('MAYFLY_SOPS_BINARY_RULE', { path });
  return null;
}

/** Makes a rule ready; throws `MAYFLY_SOPS_PATTERN` when its pattern is none. */
export function selectionOf(path: string, rule: SelectionRule): Selection {
  try {
    return compileRule(rule, compilePattern);
  } catch (cause) {
    throw createError('MAYFLY_SOPS_PATTERN', { path, field: ruleField(rule) }, { cause });
  }
}
