import type { Static, TSchema } from 'typebox';
import { Settings } from 'typebox/system';
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

/** So many mistakes are looked for, and of these so many told; whoever sends more is told how many more there are. */
const [mostFound, mostTold] = [256, 16];
Settings.Set({ maxErrors: mostFound });

/**
 * Checks input against a schema and names every wrong field at once, each below `root` (for example `spec`). The
 * errors are `MAYFLY_OBJECT_FIELD_UNKNOWN` with the nearest name, `…_MISSING` and `…_INVALID`; none quotes a value.
 * After 16 of them `MAYFLY_OBJECT_FIELDS_MORE` says how many there are beside.
 */
export function validate<S extends TSchema>(
  schema: S,
  input: unknown,
  root: string,
): Parsed<Static<S>> {
  if (isMatch(schema, input)) return valid(input);
  const errors = new Map<string, MayflyError>();
  const mismatches = Value.Errors(schema, input);
  for (const mismatch of mismatches) {
    for (const error of toErrors(schema, mismatch, root)) {
      if (!errors.has(error.message)) errors.set(error.message, error);
    }
  }
  return invalid(tellFirst([...errors.values()], mismatches.length < mostFound));
}

function tellFirst(errors: readonly MayflyError[], areAll: boolean): readonly MayflyError[] {
  if (errors.length <= mostTold) return errors;
  const rest = errors.length - mostTold;
  const count = areAll ? String(rest) : `at least ${rest}`;
  return [...errors.slice(0, mostTold), createError('MAYFLY_OBJECT_FIELDS_MORE', { count })];
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
      // Of a field that nothing may be in; `additionalProperties` says so once more, unless too much is wrong.
      return [unknownField(schema, root, parentOf(mismatch.instancePath))];
    case 'additionalProperties':
      return names(params['additionalProperties']).map((name) =>
        unknownField(schema, root, { pointer: mismatch.instancePath, name }),
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

interface Place {
  readonly pointer: string;
  readonly name: string;
}

function parentOf(pointer: string): Place {
  const end = pointer.lastIndexOf('/');
  return { pointer: pointer.slice(0, end), name: unescapeStep(pointer.slice(end + 1)) };
}

function unknownField(schema: TSchema, root: string, { pointer, name }: Place): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_UNKNOWN', {
    field: `${fieldName(root, pointer)}.${name}`,
    suggestion: suggestField(schema, pointer, name),
  });
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
  return `.${unescapeStep(step)}`;
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
