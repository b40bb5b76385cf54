import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import { createNameSearch, type NameSearch } from '../../text/name-search.ts';
import { annotationTable, prefix } from './annotation-table.ts';
import { isVariable, type ParsedValue } from './values.ts';

export type Annotations = Readonly<Record<string, string>>;

/** Reads annotations of ours and gathers what is wrong with them. */
export interface AnnotationReader {
  readonly errors: MayflyError[];
  /** Null where it is absent or wrong. */
  read<T>(name: string, parse: (text: string) => ParsedValue<T>): T | null;
  /** By what stands behind the dot, in the order of these names. */
  readAll<T>(family: string, parse: (text: string) => ParsedValue<T>): ReadonlyMap<string, T>;
  refuse(name: string, problem: string): void;
  /** The name that was probably meant; null where none is near, or when too many were looked for. */
  readonly suggest: NameSearch;
}

const singles = annotationTable.filter((row) => row.of === null).map(({ name }) => name);
const families = annotationTable.filter((row) => row.of !== null).map(({ name }) => name);

/** More than that nobody reads. */
const mostUnknown = 100;

const fileName = /^[A-Za-z0-9](?:[-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$/u;

/** A reader of the annotations under our prefix; those that do not exist are refused with the nearest name. */
export function createAnnotationReader(annotations: Annotations): AnnotationReader {
  const errors: MayflyError[] = [];
  const suggest = createNameSearch();
  const own = Object.entries(annotations)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), text] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const texts = new Map(own);
  for (const [name] of own) {
    const problem = errors.length < mostUnknown ? findProblem(name, suggest) : null;
    if (problem !== null) errors.push(problem);
  }
  function refuse(name: string, problem: string): void {
    errors.push(
      createError('MAYFLY_POD_ANNOTATION_INVALID', { annotation: `${prefix}${name}`, problem }),
    );
  }
  function read<T>(name: string, parse: (text: string) => ParsedValue<T>): T | null {
    const text = texts.get(name);
    if (text === undefined) return null;
    const parsed = parse(text);
    if (parsed.kind === 'valid') return parsed.value;
    refuse(name, parsed.problem);
    return null;
  }
  function readAll<T>(
    family: string,
    parse: (text: string) => ParsedValue<T>,
  ): ReadonlyMap<string, T> {
    const found = new Map<string, T>();
    for (const [name] of own) {
      const [head, tail] = split(name);
      const value = head === family && tail !== '' ? read(name, parse) : null;
      if (value !== null) found.set(tail, value);
    }
    return found;
  }
  return { errors, read, readAll, refuse, suggest };
}

function findProblem(name: string, suggest: NameSearch): MayflyError | null {
  const [head, tail] = split(name);
  const row = annotationTable.find((each) => each.name === head);
  if (singles.includes(name)) return null;
  if (row === undefined || row.of === null || tail === '') return refuseUnknown(name, suggest);
  const isName = row.of === 'VAR' ? isVariable(tail) : fileName.test(tail);
  if (isName) return null;
  const problem = row.of === 'VAR' ? 'does not end in the name of a variable' : 'has an odd name';
  return createError('MAYFLY_POD_ANNOTATION_INVALID', { annotation: `${prefix}${name}`, problem });
}

function refuseUnknown(name: string, suggest: NameSearch): MayflyError {
  const [head, tail] = split(name);
  const family = tail === '' ? null : suggest(head, families);
  const nearest = family === null ? suggest(name, singles) : `${family}.${tail}`;
  const needsName = families.includes(name) ? `${name}.NAME` : nearest;
  const suggestion =
    needsName === null ? 'none is near that name' : `did you mean ${prefix}${needsName}`;
  return createError('MAYFLY_POD_ANNOTATION_UNKNOWN', {
    annotation: `${prefix}${name}`,
    suggestion,
  });
}

function split(name: string): readonly [head: string, tail: string] {
  const at = name.indexOf('.');
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
}
