import { parseReference, type Reference } from '../reference/reference.ts';
import { faultAt } from './fault.ts';
import type { ParseState } from './parse-state.ts';
import type { Offset, Operand } from './syntax.ts';
import type { TemplateRead } from './template.ts';

const dynamic =
  'needs its path as a text in quotes: what is made at run time cannot be known beforehand';

interface SecretCall {
  readonly at: Offset;
  readonly operands: readonly Operand[];
  readonly isPiped: boolean;
}

/** Notes what one `secret "…"` reads and gives its text. Throws `MAYFLY_TEMPLATE_PATH`. */
export function parseRead(state: ParseState, call: SecretCall): string {
  const text = readText(call);
  const read = text === null ? describeWrong(call) : (state.reads.get(text) ?? readPath(text));
  if (typeof read === 'string') {
    throw faultAt('MAYFLY_TEMPLATE_PATH', state.source, { at: call.at, problem: read });
  }
  state.reads.set(read.text, read);
  return read.text;
}

/** Null unless it is one text in quotes. */
function readText({ operands, isPiped }: SecretCall): string | null {
  const [first, ...others] = operands;
  if (isPiped || others.length > 0 || first?.start.kind !== 'literal') return null;
  const { value } = first.start;
  return value.kind === 'text' ? new TextDecoder().decode(value.bytes) : null;
}

function describeWrong({ operands }: SecretCall): string {
  if (operands.length < 2) return dynamic;
  return 'with values behind its path would write to the store, and templates only read';
}

/** A path as users of Vault's agent write it, or a full reference; the problem where it is neither. */
function readPath(text: string): TemplateRead | string {
  const [front = '', query, ...rest] = text.split('?');
  const version = query === undefined ? null : /^version=([0-9]{1,9})$/u.exec(query)?.[1];
  if (version === undefined || rest.length > 0) {
    return 'has something else behind its ? than version=NUMBER';
  }
  const parsed = parseReference(front.replace(/^\//u, ''), 'store');
  if (parsed.kind === 'invalid') return `has a path that ${parsed.problem}`;
  return toRead(text, parsed.reference, version);
}

function toRead(text: string, reference: Reference, version: string | null): TemplateRead | string {
  if (reference.key !== null) return 'names a key: write .Data.KEY behind it';
  if (version !== null && reference.version !== null) return 'names two versions';
  const store = text.includes(':') ? reference.store : null;
  return { text, store, path: reference.path, version: version ?? reference.version };
}
