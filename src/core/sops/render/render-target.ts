import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { FileFormat } from '#core/ports/decryptor.ts';
import type { SourceMap, SourceValue } from '#core/secret/source-tree.ts';
import { formatGoFloat, formatGoShortest } from '../scalar/go-number.ts';

/** What is being written; for messages. */
export interface RenderTarget {
  readonly path: string;
  readonly format: FileFormat;
}

export function cannotRender(target: RenderTarget, key: string): MayflyError {
  return createError('MAYFLY_SOPS_RENDER', { path: target.path, format: target.format, key });
}

/** The one document of a format that has no more. */
export function onlyDocument(documents: readonly SourceMap[], target: RenderTarget): SourceMap {
  const [document] = documents;
  if (document === undefined || documents.length > 1) throw cannotRender(target, 'document 2');
  return document;
}

/** A value as formats without types write it, with SOPS's own spelling of numbers and times. */
export function plainText(value: SourceValue): string {
  if (value.type === 'float') return looseFloat(Number(goNumberText(value.text)));
  if (value.type === 'time') return value.text.replace(/\.[0-9]+/gu, '');
  return value.text;
}

/** Go and JavaScript differ in the names of infinities. */
export function goNumberText(text: string): string {
  return text.replace(/Inf$/u, 'Infinity');
}

function looseFloat(value: number): string {
  const text = formatGoShortest(value).toUpperCase().replace('NAN', 'NaN').replace('INF', 'Inf');
  const isPlainWhole = Number.isFinite(value) && !text.includes('.') && !text.includes('E');
  return isPlainWhole ? `${formatGoFloat(value)}.0` : text;
}

/** The bytes of a text value; a `bytes` value holds them in base64. */
export function rawBytes(value: SourceValue, text: string): Uint8Array {
  if (value.type !== 'bytes') return new TextEncoder().encode(text);
  return Uint8Array.from(atob(value.text), (character) => character.charCodeAt(0));
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
