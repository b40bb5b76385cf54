import { createError } from '../errors/mayfly-error.ts';
import type { Plain } from '../format/plain.ts';
import { faultAt } from './fault.ts';
import { plainBool, type Call } from './functions/call.ts';
import { isTrue } from './functions/compare.ts';
import { templateFunctions } from './functions/function-list.ts';
import type { Command, Offset, Operand, Pipeline } from './syntax.ts';
import type { Template } from './template.ts';
import type { Work } from './work.ts';

/** A template while it is rendered. */
export interface Run {
  readonly template: Template;
  readonly work: Work;
  /** What was read, by the text of its `secret`. */
  readonly secrets: ReadonlyMap<string, Plain>;
  /** Values of the variables by slot; the first is `$`. */
  readonly slots: Plain[];
}

/**
 * The value of a pipeline, also put into the variables it names when it is not that of a loop. Throws
 * `MAYFLY_TEMPLATE_MISSING`, `MAYFLY_TEMPLATE_VALUE` and `MAYFLY_TEMPLATE_LIMIT`.
 */
export function evaluatePipeline(run: Run, pipeline: Pipeline, dot: Plain): Plain {
  let value: Plain | null = null;
  for (const command of pipeline.commands) {
    run.work.step();
    value = evaluateCommand(run, command, { dot, piped: value });
  }
  return value ?? dot;
}

interface Around {
  readonly dot: Plain;
  /** The value of the command before; null for the first. */
  readonly piped: Plain | null;
}

function evaluateCommand(run: Run, command: Command, { dot, piped }: Around): Plain {
  if (command.kind === 'value') return evaluateOperand(run, command.operand, dot);
  const { name, at, operands } = command;
  if (name === 'and' || name === 'or') {
    return decide(run, { operands, stopsAt: name === 'or' }, { dot, piped });
  }
  const args = operands.map((operand) => evaluateOperand(run, operand, dot));
  if (piped !== null) args.push(piped);
  const known = templateFunctions.get(name);
  if (known === undefined) throw createError('MAYFLY_INTERNAL_BUG', { where: 'a template' });
  const call: Call = {
    args,
    work: run.work,
    fault: (problem) => faultAt('MAYFLY_TEMPLATE_VALUE', run.template, { at, name, problem }),
    missing: (what) => faultAt('MAYFLY_TEMPLATE_MISSING', run.template, { at, name: what }),
  };
  return known.run(call);
}

interface Decision {
  readonly operands: readonly Operand[];
  readonly stopsAt: boolean;
}

/** The first value that decides, else the last; what stands behind it is not looked at. */
function decide(run: Run, { operands, stopsAt }: Decision, { dot, piped }: Around): Plain {
  let value: Plain = plainBool(!stopsAt);
  for (const operand of operands) {
    value = evaluateOperand(run, operand, dot);
    if (isTrue(value) === stopsAt) return value;
  }
  return piped ?? value;
}

function evaluateOperand(run: Run, operand: Operand, dot: Plain): Plain {
  run.work.step();
  const path: string[] = [];
  let value = evaluateStart(run, operand, dot);
  for (const field of operand.fields) {
    path.push(field);
    value = stepInto(run, { holder: value, field, at: operand.at }, path);
  }
  return value;
}

function evaluateStart(run: Run, { start }: Operand, dot: Plain): Plain {
  switch (start.kind) {
    case 'literal':
      return start.value;
    case 'dot':
      return dot;
    case 'variable':
      return run.slots[start.slot] ?? { kind: 'nil', name: `$${start.name}` };
    case 'pipeline':
      return evaluatePipeline(run, start.pipeline, dot);
    case 'secret': {
      const secret = run.secrets.get(start.text);
      if (secret === undefined) throw createError('MAYFLY_INTERNAL_BUG', { where: 'a template' });
      return secret;
    }
  }
}

interface Step {
  readonly holder: Plain;
  readonly field: string;
  readonly at: Offset;
}

/** A field that is not there has no value, which is an error only where the value is needed. */
function stepInto(run: Run, { holder, field, at }: Step, path: readonly string[]): Plain {
  const name = `.${path.join('.')}`;
  if (holder.kind === 'map') return holder.entries.get(field) ?? { kind: 'nil', name };
  if (holder.kind === 'nil') {
    throw faultAt('MAYFLY_TEMPLATE_MISSING', run.template, { at, name: holder.name });
  }
  const problem = `is looked for in a ${holder.kind}, which has no fields`;
  throw faultAt('MAYFLY_TEMPLATE_VALUE', run.template, { at, name, problem });
}
