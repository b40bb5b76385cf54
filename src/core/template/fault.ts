import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import type { Offset } from './syntax.ts';
import { templateLimits, type TemplateSource } from './template.ts';

/** What a message about a template needs of it. */
export type Named = Pick<TemplateSource, 'name' | 'text'>;

type PlacedCode =
  | 'MAYFLY_TEMPLATE_SYNTAX'
  | 'MAYFLY_TEMPLATE_PATH'
  | 'MAYFLY_TEMPLATE_VALUE'
  | 'MAYFLY_TEMPLATE_MISSING'
  | 'MAYFLY_TEMPLATE_FUNCTION';

/** The error for a place of the template; `name` is what stands there, `problem` what is wrong with it. */
export function faultAt(
  code: PlacedCode,
  template: Named,
  fault: { readonly at: Offset; readonly name?: string; readonly problem?: string },
): MayflyError {
  const { name = '', problem = '' } = fault;
  const at = describePlace(template.text, fault.at);
  return createError(code, { template: template.name, at, name, problem });
}

/** The error for a template over one of {@link templateLimits}. */
export function overLimit(template: Named, of: keyof typeof templateLimits): MayflyError {
  const what = limitWords[of];
  return createError('MAYFLY_TEMPLATE_LIMIT', {
    template: template.name,
    limit: templateLimits[of],
    what,
  });
}

const limitWords: Readonly<Record<keyof typeof templateLimits, string>> = {
  length: 'characters',
  depth: 'levels of blocks, parentheses or documents',
  steps: 'rendered nodes',
  workBytes: 'bytes made by functions',
  outputBytes: 'bytes of output',
};

/** `line:column`, both from 1. */
function describePlace(text: string, at: Offset): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `${line}:${at - before.lastIndexOf('\n')}`;
}
