import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { parseReference, type ParsedReference, type Reference } from '../../reference/reference.ts';
import type { Checked } from '../annotations/parse-annotations.ts';
import { isVariable } from '../annotations/values.ts';
import { parseBankVaultsReference } from '../compat/bank-vaults.ts';
import type { InjectionSettings } from '../settings.ts';
import type { Container, Pod } from './pod-schema.ts';

/** Before a reference that stands as the value of an environment entry. */
export const envScheme = 'mayfly:';

/** An environment entry whose value is a reference. */
export interface EnvReference {
  readonly container: string;
  readonly variable: string;
  readonly reference: Reference;
  /** Which entry of the container it is. */
  readonly entry: number;
}

/** How references in the environment are read. */
export interface EnvRules {
  readonly store: string | null;
  readonly compatibility: InjectionSettings['compatibility'];
}

/** Every reference in the environment of containers and init containers, written out as a value there. */
export function findEnvReferences(
  { spec }: Pod,
  rules: EnvRules,
): Checked<readonly EnvReference[]> {
  const value: EnvReference[] = [];
  const errors: MayflyError[] = [];
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const [entry, { name, value: text }] of (container.env ?? []).entries()) {
      const parsed = text === undefined ? null : parseNamed(name, text, rules);
      if (parsed === null) continue;
      if (parsed.kind === 'invalid') errors.push(refuse(container, name, parsed.problem));
      else
        value.push({
          container: container.name,
          variable: name,
          entry,
          reference: parsed.reference,
        });
    }
  }
  return { value, errors };
}

function parseNamed(name: string, text: string, rules: EnvRules): ParsedReference | null {
  const parsed = parseEntry(text, rules);
  if (parsed?.kind !== 'valid' || isVariable(name)) return parsed;
  return { kind: 'invalid', problem: 'needs a name of letters, digits and underscores' };
}

/** Null for a value that is no reference. */
function parseEntry(value: string, { store, compatibility }: EnvRules): ParsedReference | null {
  if (value.startsWith(envScheme)) {
    return needKey(parseReference(value.slice(envScheme.length), store));
  }
  if (!compatibility.includes('bank-vaults')) return null;
  const parsed = parseBankVaultsReference(value, store);
  return parsed === null ? null : needKey(parsed);
}

function needKey(parsed: ParsedReference): ParsedReference {
  if (parsed.kind === 'invalid' || parsed.reference.key !== null) return parsed;
  return { kind: 'invalid', problem: 'must name one key' };
}

function refuse(container: Container, variable: string, problem: string): MayflyError {
  const entry = `the variable ${variable} of container ${container.name}`;
  return createError('MAYFLY_POD_ENV_INVALID', { entry, problem });
}
