import { isMayflyError } from '#core/errors/mayfly-error.ts';

/** How many places of a bug's stack are told. */
const mostPlaces = 4;

/**
 * A failure as log lines may show it: Mayfly's own by code, kind, message and hint; any other by its name and the
 * places in the code it came through, because its text may quote what it was working on.
 */
export function renderError(error: unknown): Readonly<Record<string, unknown>> {
  if (!isMayflyError(error)) return { code: 'bug', ...describeForeign(error) };
  const shown = error.toJSON();
  return error.kind === 'bug' ? { ...shown, cause: describeForeign(error.hiddenCause) } : shown;
}

function describeForeign(error: unknown): Readonly<Record<string, unknown>> {
  if (!isErrorLike(error)) return { name: typeof error };
  const name = /^[A-Za-z]{1,40}$/u.test(error.name) ? error.name : 'Error';
  return { name, places: readPlaces(error) };
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** By shape: an error of Node's own may come from another realm. */
function isErrorLike(error: unknown): error is ErrorLike {
  if (typeof error !== 'object' || error === null) return false;
  return ['name', 'message', 'stack'].every((key) => typeof Reflect.get(error, key) === 'string');
}

/** File, line and column of the frames. The message stands before them and may look like one, so it is cut off. */
function readPlaces(error: ErrorLike): readonly string[] {
  const end = error.stack.lastIndexOf(error.message) + error.message.length;
  const frames = error.stack.slice(end).split('\n');
  return frames.flatMap(readPlace).slice(0, mostPlaces);
}

function readPlace(frame: string): readonly string[] {
  const found = /^ {4}at (?:.{0,200} \()?(?:file:\/\/)?([^\s()]{1,300}:\d+:\d+)\)?$/u.exec(frame);
  return found?.[1] === undefined ? [] : [found[1]];
}
