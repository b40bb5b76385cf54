import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { SecretBytes } from '../secret/secret-bytes.ts';
import { createByteBuilder, type ByteBuilder } from './byte-builder.ts';
import { maxRenderedBytes, refuseSize } from './refuse.ts';
import { isVariableName } from './render-lines.ts';
import { isUtf8 } from './utf8.ts';

/** One variable of the environment with its value. */
export interface VariableValue {
  /** The key in the file. */
  readonly key: string;
  /** As the container knows it, for messages. */
  readonly variable: string;
  /** A missing or empty value leaves the variable out instead of failing. */
  readonly optional: boolean;
  /** Null where the store has none. The caller wipes it. */
  readonly value: SecretBytes | null;
}

/** What the kubelet reads into memory as one line, in bytes without the line feed. */
const maxLineBytes = 65_535;
/** What Linux takes for one variable with its name, the equals sign and the NUL behind it. */
const maxVariableBytes = 131_072;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const singleQuote = 0x27;

/**
 * Writes the file that the kubelet's `fileKeyRef` reads: `KEY='value'`, single quotes without any escape. A missing
 * or empty value fails, because the kubelet would start the container with nothing or not at all; so does what its
 * parser cannot take: a single quote, CRLF, a line over 64 KiB, NUL, what is no UTF-8. The caller wipes the answer.
 *
 * Throws, naming the variable and never its value: `MAYFLY_FORMAT_VARIABLE_EMPTY`, `MAYFLY_FORMAT_VARIABLE`,
 * `MAYFLY_FORMAT_KEY` for a key that is no name of a variable, `MAYFLY_FORMAT_TOO_LARGE` over 1 MiB.
 */
export function renderKubeletEnv(variables: readonly VariableValue[]): SecretBytes {
  return renderVariables(variables, (out, { key, variable }, bytes) => {
    const problem = findKubeletProblem(key, bytes);
    if (problem !== null) throw createError('MAYFLY_FORMAT_VARIABLE', { variable, problem });
    out.addText(`${key}='`);
    out.addBytes(bytes);
    out.addText("'\n");
  });
}

function findKubeletProblem(key: string, bytes: Uint8Array): string | null {
  if (bytes.includes(singleQuote)) return 'has a single quote, which the kubelet cannot read';
  if (hasCrlf(bytes)) return 'has CRLF line ends, which the kubelet would change';
  if (longestLine(key, bytes) > maxLineBytes) {
    return `has a line over ${maxLineBytes} bytes, which the kubelet cannot read`;
  }
  return null;
}

function hasCrlf(bytes: Uint8Array): boolean {
  return bytes.some((byte, at) => byte === lineFeed && bytes[at - 1] === carriageReturn);
}

/** With the name and quotes that stand on the first line and on the last. */
function longestLine(key: string, bytes: Uint8Array): number {
  let longest = 0;
  let start = -(key.length + "='".length);
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    longest = Math.max(longest, at - start);
    start = at + 1;
  }
  return Math.max(longest, bytes.length + "'".length - start);
}

/**
 * Writes a file for a POSIX shell to read with `.`: `export KEY='value'`, every byte kept but NUL. The same rules for
 * missing and empty values, and the same errors, as {@link renderKubeletEnv}. The caller wipes the answer.
 */
export function renderShellEnv(variables: readonly VariableValue[]): SecretBytes {
  return renderVariables(variables, (out, { key }, bytes) => {
    out.addText(`export ${key}='`);
    let from = 0;
    for (let at = bytes.indexOf(singleQuote); at >= 0; at = bytes.indexOf(singleQuote, from)) {
      out.addBytes(bytes.subarray(from, at));
      out.addText("'\\''");
      from = at + 1;
    }
    out.addBytes(bytes.subarray(from));
    out.addText("'\n");
  });
}

type WriteVariable = (out: ByteBuilder, entry: VariableValue, bytes: Uint8Array) => void;

function renderVariables(variables: readonly VariableValue[], write: WriteVariable): SecretBytes {
  const out = createByteBuilder(maxRenderedBytes, refuseSize);
  try {
    for (const entry of variables) writeVariable(out, entry, write);
    return SecretBytes.take(out.finish());
  } finally {
    out.wipe();
  }
}

function writeVariable(out: ByteBuilder, entry: VariableValue, write: WriteVariable): void {
  const bytes = entry.value?.expose();
  if (bytes !== undefined && bytes.length > 0) {
    const refusal = refuseVariable(entry, bytes);
    if (refusal !== null) throw refusal;
    write(out, entry, bytes);
  } else if (!entry.optional) {
    throw createError('MAYFLY_FORMAT_VARIABLE_EMPTY', { variable: entry.variable });
  }
}

/** Why this value cannot be that of a variable in any environment; null when it can. */
export function refuseVariable(
  { key, variable }: Pick<VariableValue, 'key' | 'variable'>,
  bytes: Uint8Array,
): MayflyError | null {
  if (!isVariableName(key)) {
    const problem = 'is no name of a variable: letters, digits and underscores';
    return createError('MAYFLY_FORMAT_KEY', { format: 'a variable', key, problem });
  }
  const problem = findProblem(key, bytes);
  return problem === null ? null : createError('MAYFLY_FORMAT_VARIABLE', { variable, problem });
}

function findProblem(key: string, bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return 'has a NUL, which no variable can hold';
  if (!isUtf8(bytes)) return 'is no UTF-8 text';
  if (key.length + bytes.length + 2 <= maxVariableBytes) return null;
  return `is over ${maxVariableBytes} bytes, which Linux cannot pass on`;
}
