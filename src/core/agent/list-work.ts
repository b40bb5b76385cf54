import { createError } from '../errors/mayfly-error.ts';
import type { AgentPlan, PlanFile, PlanVariable } from '../injection/agent-plan.ts';
import { parseReference, type Reference } from '../reference/reference.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { Template } from '../template/template.ts';

/** One request to one store, whoever needs its answer. */
export interface PlannedRead {
  /** The same for the same path and version of the same store. */
  readonly id: string;
  readonly store: string;
  readonly path: string;
  readonly version: string | null;
  /** False when only optional variables need it: then there may be nothing. */
  readonly isRequired: boolean;
}

/** A part of an answer: one key of it, or all. */
export interface PlannedPart {
  readonly read: PlannedRead;
  readonly key: string | null;
}

export interface FileWork {
  readonly file: PlanFile;
  readonly own: PlannedPart | null;
  readonly template: Template | null;
  /** What the template reads, by what stands in it. */
  readonly secrets: ReadonlyMap<string, PlannedRead>;
}

export interface VariableWork {
  readonly variable: PlanVariable;
  readonly part: PlannedPart;
}

/** A plan as what is to be read and what is to be made of it. */
export interface AgentWork {
  readonly reads: readonly PlannedRead[];
  readonly files: readonly FileWork[];
  readonly variables: readonly VariableWork[];
}

/**
 * Lists what a plan needs, each distinct path once. Throws `MAYFLY_AGENT_PLAN` for a reference that is none or that
 * names a store the plan does not have, and what a template that cannot be parsed throws.
 */
export function listWork(plan: AgentPlan): AgentWork {
  const reads = createReadList(plan);
  const files = plan.files.map((file, index) => listFile(file, `plan.files[${index}]`, reads));
  const variables = plan.variables.map((variable, index) => {
    const field = `plan.variables[${index}].reference`;
    const part = reads.addReference(parse(variable.reference, field), field, !variable.optional);
    return { variable, part };
  });
  return reads.settle({ files, variables });
}

function listFile(file: PlanFile, field: string, reads: ReadList): FileWork {
  const own =
    file.reference === null
      ? null
      : reads.addReference(parse(file.reference, `${field}.reference`), `${field}.reference`, true);
  const template =
    file.template === null ? null : parseTemplate({ name: file.name, text: file.template });
  const secrets = (template?.reads ?? []).map(({ text, store, path, version }) => {
    const reference = { store: store ?? file.store, path, key: null, version };
    return [text, reads.addReference(reference, `${field}.template`, true).read] as const;
  });
  return { file, own, template, secrets: new Map(secrets) };
}

function parse(text: string, field: string): Reference {
  const parsed = parseReference(text);
  if (parsed.kind === 'invalid') throw createError('MAYFLY_AGENT_PLAN', { field });
  return parsed.reference;
}

interface ReadList {
  addReference(reference: Reference, field: string, isRequired: boolean): PlannedPart;
  settle(work: Omit<AgentWork, 'reads'>): AgentWork;
}

function createReadList({ stores }: AgentPlan): ReadList {
  const names = new Set(stores.map(({ name }) => name));
  const reads = new Map<string, PlannedRead>();
  return {
    addReference: ({ store, path, version, key }, field, isRequired) => {
      if (!names.has(store)) throw createError('MAYFLY_AGENT_PLAN', { field });
      const id = JSON.stringify([store, path, version]);
      const needed = isRequired || reads.get(id)?.isRequired === true;
      const read = { id, store, path, version, isRequired: needed };
      reads.set(id, read);
      return { read, key };
    },
    settle: (work) => ({ ...work, reads: [...reads.values()] }),
  };
}
