import { createError, type MayflyError } from '../errors/mayfly-error.ts';

/** An object of the plan, field by field. Each reader throws `MAYFLY_AGENT_PLAN` for what is not as it says. */
export interface PlanObject<K extends string> {
  nameOf(key: K): string;
  value(key: K): unknown;
  /** Not empty, and without a NUL. */
  text(key: K): string;
  word<W extends string>(key: K, words: readonly W[]): W;
  number(key: K): number;
  boolean(key: K): boolean;
  /** Permission bits. */
  mode(key: K): number;
  /** Milliseconds: more than none, at most a year. */
  duration(key: K): number;
  /** The path of a file from the root, without `..`. */
  absolute(key: K): string;
  list<T>(key: K, parse: (value: unknown, field: string) => T): readonly T[];
  orNull<T>(key: K, read: () => T): T | null;
  wrong(key: K): MayflyError;
}

const longestDurationMs = 366 * 86_400_000;
const longestList = 1000;

/** Opens an object of which no other fields are known. */
export function readPlanObject<K extends string>(
  input: unknown,
  field: string,
  known: readonly K[],
): PlanObject<K> {
  const fields = openObject(input, field, known);

  function wrong(key: K): MayflyError {
    return createError('MAYFLY_AGENT_PLAN', { field: nameOf(key) });
  }
  function nameOf(key: K): string {
    return `${field}.${key}`;
  }
  function read<T>(key: K, is: (value: unknown) => value is T): T {
    const value = fields.get(key);
    if (!is(value)) throw wrong(key);
    return value;
  }
  function whole(key: K, least: number, most: number): number {
    const number = read(key, isNumber);
    if (!Number.isSafeInteger(number) || number < least || number > most) throw wrong(key);
    return number;
  }
  function absolute(key: K): string {
    const path = read(key, isText);
    if (!path.startsWith('/') || path.split('/').includes('..')) throw wrong(key);
    return path;
  }
  function list<T>(key: K, parse: (value: unknown, field: string) => T): readonly T[] {
    const values = read(key, isList);
    if (values.length > longestList) throw wrong(key);
    return values.map((value, index) => parse(value, `${nameOf(key)}[${index}]`));
  }
  return {
    nameOf,
    wrong,
    absolute,
    list,
    value: (key) => fields.get(key),
    text: (key) => read(key, isText),
    word: (key, words) => read(key, (value) => isOneOf(value, words)),
    number: (key) => read(key, isNumber),
    boolean: (key) => read(key, isBoolean),
    mode: (key) => whole(key, 0, 0o777),
    duration: (key) => whole(key, 1, longestDurationMs),
    orNull: (key, readIt) => (fields.get(key) === null ? null : readIt()),
  };
}

function openObject(
  input: unknown,
  field: string,
  known: readonly string[],
): ReadonlyMap<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw createError('MAYFLY_AGENT_PLAN', { field });
  }
  const fields = new Map(Object.entries(input));
  const foreign = [...fields.keys()].find((key) => !known.includes(key));
  if (foreign === undefined) return fields;
  throw createError('MAYFLY_AGENT_PLAN', { field: `${field}.${foreign}` });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0');
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isOneOf<W extends string>(value: unknown, words: readonly W[]): value is W {
  return words.some((word) => word === value);
}
