import { createError } from '#core/errors/mayfly-error.ts';
import { decideFormat } from '#core/format/render-format.ts';
import { isVariableName } from '#core/format/render-lines.ts';
import { fileFormats, type FileFormat } from '#core/injection/agent-plan.ts';
import { parseReference } from '#core/reference/reference.ts';

/** A value that becomes a file. */
export interface WantedFile {
  readonly name: string;
  readonly format: FileFormat;
  /** Null where the value is a whole secret, as a JSON object. */
  readonly key: string | null;
}

/** What a job asks for, and as what it wants it. */
export interface Wanted {
  /** References by name, of both. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Names of whole secrets: their values are JSON objects. */
  readonly wholes: ReadonlySet<string>;
  readonly variables: readonly string[];
  readonly files: readonly WantedFile[];
}

/** As it was written: `NAME=REFERENCE`, and `NAME=FORMAT`. */
export interface WrittenSecrets {
  readonly variables: readonly string[];
  readonly files: readonly string[];
  readonly formats: readonly string[];
}

/**
 * Entries with white space between, one a line or not: some systems fold the lines of a text. A space within a
 * reference is `%20`.
 */
export function readList(text: string | null | undefined): readonly string[] {
  return (text ?? '').split(/\s+/u).filter((entry) => entry !== '');
}

/** Reads what a job asks for. Throws `MAYFLY_CI_SECRET`, quoting names and no more. */
export function parseWanted(written: WrittenSecrets): Wanted {
  const secrets = new Map<string, string>();
  const wholes = new Set<string>();
  const formats = new Map(written.formats.map((text) => splitPair(text)));
  function take(text: string): Taken {
    const taken = takeSecret(secrets, text);
    if (taken.key === null) wholes.add(taken.name);
    return taken;
  }
  const variables = written.variables.map((text) => take(text).name);
  const files = written.files.map((text): WantedFile => {
    const { name, key } = take(text);
    const format = formats.get(name);
    formats.delete(name);
    return {
      name,
      key,
      format: format === undefined ? decideFormat(key !== null) : toFormat(name, format),
    };
  });
  const [stray] = formats.keys();
  if (stray !== undefined) throw wrong(`a format is given for ${stray}, which is no file`);
  if (secrets.size === 0) throw wrong('none is named, neither a variable nor a file');
  return { secrets, wholes, variables, files };
}

interface Taken {
  readonly name: string;
  readonly key: string | null;
}

function takeSecret(secrets: Map<string, string>, text: string): Taken {
  const [name, reference] = splitPair(text);
  if (secrets.has(name)) throw wrong(`${name} is named twice`);
  const parsed = parseReference(reference);
  if (parsed.kind === 'invalid') throw wrong(`the reference of ${name} ${parsed.problem}`);
  secrets.set(name, reference);
  return { name, key: parsed.reference.key };
}

function splitPair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw wrong('there is no NAME= before it');
  const name = text.slice(0, at).trim();
  if (!isVariableName(name)) throw wrong('what stands before = is no NAME');
  return [name, text.slice(at + 1).trim()];
}

function toFormat(name: string, text: string): FileFormat {
  const format = fileFormats.find((known) => known === text);
  if (format !== undefined) return format;
  throw wrong(`the format of ${name} must be one of ${fileFormats.join(', ')}`);
}

function wrong(problem: string): Error {
  return createError('MAYFLY_CI_SECRET', { problem });
}
