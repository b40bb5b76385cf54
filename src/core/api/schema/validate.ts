import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/schema';
import { Value } from 'typebox/value';
import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { describeMismatch } from './describe-mismatch.ts';
import { suggestField } from './suggest-field.ts';

/** What became of untrusted input: the typed value, or everything that is wrong with it. */
export type Parsed<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'invalid'; readonly errors: readonly MayflyError[] };

export function valid<T>(value: T): Parsed<T> {
  return { kind: 'valid', value };
}

export function invalid<T>(errors: readonly MayflyError[]): Parsed<T> {
  return { kind: 'invalid', errors };
}

/**
 * Checks input against a schema and names every wrong field at once, each below `root` (for example `spec`). The
 * errors are `MAYFLY_OBJECT_FIELD_UNKNOWN` with the nearest name, `…_MISSING` and `…_INVALID`; none quotes a value.
 */
export function validate<S extends TSchema>(
  schema: S,
  input: unknown,
  root: string,
): Parsed<Static<S>> {
  if (isMatch(schema, input)) return valid(input);
  const errors = new Map<string, MayflyError>();
  for (const mismatch of Value.Errors(schema, input)) {
    for (const error of toErrors(schema, mismatch, root)) {
      if (!errors.has(error.message)) errors.set(error.message, error);
    }
  }
  return invalid([...errors.values()]);
}

const validators = new WeakMap<TSchema, Pick<Validator, 'Check'>>();

/** Compiled at the first use. Where a process must not make code from text, the schema is interpreted instead. */
function isMatch<S extends TSchema>(schema: S, input: unknown): input is Static<S> {
  const validator = validators.get(schema) ?? Compile(schema);
  validators.set(schema, validator);
  return validator.Check(input);
}

export interface Mismatch {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
}

function toErrors(schema: TSchema, mismatch: Mismatch, root: string): readonly MayflyError[] {
  const field = fieldName(root, mismatch.instancePath);
  const params: Readonly<Record<string, unknown>> = { ...mismatch.params };
  switch (mismatch.keyword) {
    case 'boolean':
      // Says once more what `additionalProperties` says.
      return [];
    case 'additionalProperties':
      return names(params['additionalProperties']).map((name) =>
        createError('MAYFLY_OBJECT_FIELD_UNKNOWN', {
          field: `${field}.${name}`,
          suggestion: suggestField(schema, mismatch.instancePath, name),
        }),
      );
    case 'required':
      return names(params['requiredProperties']).map((name) =>
        createError('MAYFLY_OBJECT_FIELD_MISSING', { field: `${field}.${name}` }),
      );
    default:
      return [
        createError('MAYFLY_OBJECT_FIELD_INVALID', {
          field,
          problem: describeMismatch(mismatch.keyword, params),
        }),
      ];
  }
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** `/target/secret/keys/0` below `spec` is `spec.target.secret.keys[0]`. */
function fieldName(root: string, pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps.reduce((path, step) => path + formatStep(step), root);
}

function formatStep(step: string): string {
  if (/^\d{1,9}$/u.test(step)) return `[${step}]`;
  return `.${step.replaceAll('~1', '/').replaceAll('~0', '~')}`;
}
