import { createError } from '../errors/mayfly-error.ts';
import { renderFormat } from '../format/render-format.ts';
import {
  renderKubeletEnv,
  renderShellEnv,
  type VariableValue,
} from '../format/render-variables.ts';
import type { AgentPlan } from '../injection/agent-plan.ts';
import type { StoredSecret } from '../ports/secret-store.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { SecretMap, SecretNode } from '../secret/secret-tree.ts';
import { renderTemplate } from '../template/render-template.ts';
import type { FileWork, PlannedPart, PlannedRead, VariableWork } from './list-work.ts';

/** What was read, by the ids of the reads. What nothing was found for, and need not be there, is absent. */
export type HeldSecrets = ReadonlyMap<string, StoredSecret>;

/**
 * Renders one file. Throws `MAYFLY_AGENT_KEY_MISSING`, and what formats and templates throw. The caller wipes the
 * answer; what is held stays as it is.
 */
export function renderFile(work: FileWork, held: HeldSecrets): SecretBytes {
  const { file, own, template, secrets } = work;
  if (template === null) {
    if (own === null) throw createError('MAYFLY_AGENT_PLAN', { field: file.name });
    return renderFormat(file.format, pickFields(own, held));
  }
  const entries = [...secrets].map(([text, read]) => [text, secretOf(read, held)] as const);
  const root = own === null ? null : pickNode(own, held);
  return renderTemplate(template, { root, secrets: new Map(entries) });
}

/**
 * Renders the environment file. Throws `MAYFLY_AGENT_KEY_MISSING`, `MAYFLY_AGENT_NOT_ONE_VALUE`, and what
 * {@link renderKubeletEnv} throws for a value that would not arrive as it is. The caller wipes the answer.
 */
export function renderEnvironment(
  variables: readonly VariableWork[],
  envVia: AgentPlan['envVia'],
  held: HeldSecrets,
): SecretBytes {
  const values = variables.map((work) => valueOf(work, held));
  return envVia === 'file' ? renderKubeletEnv(values) : renderShellEnv(values);
}

function valueOf({ variable, part }: VariableWork, held: HeldSecrets): VariableValue {
  const { key, variable: name, optional } = variable;
  const node = optional ? findNode(part, held) : pickNode(part, held);
  if (node === null || node.kind === 'null') return { key, variable: name, optional, value: null };
  if (node.kind === 'value') return { key, variable: name, optional, value: node.bytes };
  const { store, path } = part.read;
  throw createError('MAYFLY_AGENT_NOT_ONE_VALUE', { store, path, key: part.key ?? 'the whole' });
}

function pickFields(part: PlannedPart, held: HeldSecrets): SecretMap {
  const { fields } = secretOf(part.read, held);
  if (part.key === null) return fields;
  return { kind: 'map', entries: [{ kind: 'entry', key: part.key, value: pickNode(part, held) }] };
}

function pickNode(part: PlannedPart, held: HeldSecrets): SecretNode {
  const node = findNode(part, held);
  if (node !== null) return node;
  const { store, path } = part.read;
  throw createError('MAYFLY_AGENT_KEY_MISSING', { store, path, key: part.key ?? 'at all' });
}

function findNode({ read, key }: PlannedPart, held: HeldSecrets): SecretNode | null {
  const fields = held.get(read.id)?.fields;
  if (fields === undefined || key === null) return fields ?? null;
  for (const entry of fields.entries) {
    if (entry.kind === 'entry' && entry.key === key) return entry.value;
  }
  return null;
}

function secretOf({ id, store, path }: PlannedRead, held: HeldSecrets): StoredSecret {
  const secret = held.get(id);
  if (secret !== undefined) return secret;
  throw createError('MAYFLY_AGENT_KEY_MISSING', { store, path, key: 'at all' });
}
