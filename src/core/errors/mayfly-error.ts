import { catalogue, type ErrorCode } from './catalogue.ts';
import { kinds, type CatalogueEntry, type ErrorKind } from './kinds.ts';

type Placeholders<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The identifiers a message of this code needs: paths, key paths, names and counts; never values. */
export type ErrorParams<C extends ErrorCode> = Readonly<
  Record<Placeholders<(typeof catalogue)[C]['message']>, string | number>
>;

export interface ErrorOptions {
  /** What went wrong underneath. Never leaves the process: not logged, not serialised. */
  readonly cause?: unknown;
  /** How long the other side asked us to wait, in milliseconds (`Retry-After`). */
  readonly retryAfterMs?: number;
  /** The HTTP status by which the other side said so. */
  readonly status?: number;
}

const maxParamLength = 300;

/**
 * The only error Mayfly throws on purpose. `message` states the fact with identifiers only, `hint` the next
 * action. The cause stays inside: `JSON.stringify` and `inspect` show code, kind, message and hint alone.
 */
export class MayflyError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly hint: string;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  readonly #cause: unknown;
  readonly #params: Readonly<Record<string, string | number>>;

  /** Use {@link createError}, which checks the parameters of the code. */
  constructor(
    code: ErrorCode,
    params: Readonly<Record<string, string | number>>,
    options: ErrorOptions,
  ) {
    const entry: CatalogueEntry = catalogue[code];
    super(renderMessage(entry.message, params));
    this.name = 'MayflyError';
    this.code = code;
    this.kind = entry.kind;
    this.hint = entry.hint ?? '';
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
    this.#cause = options.cause;
    this.#params = params;
  }

  /** What fills the placeholders of the message: with the code, all it takes to make this error again elsewhere. */
  get params(): Readonly<Record<string, string | number>> {
    return this.#params;
  }

  /** The failure underneath, for tests and for deciding; it may quote input, so it is never printed. */
  get hiddenCause(): unknown {
    return this.#cause;
  }

  get retry(): (typeof kinds)[ErrorKind]['retry'] {
    const entry: CatalogueEntry = catalogue[this.code];
    return entry.retry ?? kinds[this.kind].retry;
  }

  get exitCode(): number {
    return kinds[this.kind].exitCode;
  }

  get httpStatus(): number {
    return kinds[this.kind].httpStatus;
  }

  toJSON(): Record<string, string> {
    return { code: this.code, kind: this.kind, message: this.message, hint: this.hint };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `MayflyError [${this.code}]: ${this.message}`;
  }
}

/** Makes the error of a code; the compiler checks that every placeholder of its message is given. */
export function createError<C extends ErrorCode>(
  code: C,
  params: ErrorParams<C>,
  options: ErrorOptions = {},
): MayflyError {
  return new MayflyError(code, params, options);
}

/** Makes an error again that came from another thread as its code and parameters. */
export function recreateError(
  code: string,
  params: Readonly<Record<string, string | number>>,
): MayflyError {
  if (isErrorCode(code)) return new MayflyError(code, params, {});
  return createError('MAYFLY_INTERNAL_BUG', { where: 'an error of another thread' });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

export function isMayflyError(error: unknown): error is MayflyError {
  return error instanceof MayflyError;
}

/** The code of an error; of one that nobody threw on purpose `MAYFLY_INTERNAL_BUG`. */
export function codeOf(error: unknown): ErrorCode {
  return isMayflyError(error) ? error.code : 'MAYFLY_INTERNAL_BUG';
}

function renderMessage(
  template: string,
  params: Readonly<Record<string, string | number>>,
): string {
  return template.replace(/\{(\w+)\}/gu, (_, name: string) => renderParam(params[name]));
}

/** Identifiers come from outside: control characters are made visible and the length is bounded. */
function renderParam(value: string | number | undefined): string {
  const text = String(value ?? '?').replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return text.length <= maxParamLength ? text : `${text.slice(0, maxParamLength)}…`;
}
