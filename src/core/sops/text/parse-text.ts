import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';

/** A text to be parsed, with its name for messages. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Limits of the parsers in core; YAML has its own. */
export const textLimits = {
  /** Nested maps and lists. */
  depth: 100,
  /** Maps, lists and values. */
  nodes: 200_000,
} as const;

export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

export function syntaxError(source: SourceText, format: FileFormat, offset: number): MayflyError {
  const line = lineOf(source.text, offset);
  return createError('MAYFLY_SOPS_SYNTAX', { path: source.path, format, line });
}

export function duplicateKey(source: SourceText, offset: number): MayflyError {
  const line = lineOf(source.text, offset);
  return createError('MAYFLY_SOPS_DUPLICATE_KEY', { path: source.path, line });
}

export function overLimit(source: SourceText, what: 'levels' | 'values'): MayflyError {
  const limit = what === 'levels' ? textLimits.depth : textLimits.nodes;
  return createError('MAYFLY_SOPS_LIMIT', { path: source.path, limit, what });
}
