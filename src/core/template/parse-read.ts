import { parseReference } from '../reference/reference.ts';
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
export function parseRead(state: ParseState, { at, operands, isPiped }: SecretCall): string {
  const [first, ...others] = operands;
  if (others.length > 0) {
    const problem = 'with values behind its path would write to the store, and templates only read';
    throw faultAt('MAYFLY_TEMPLATE_PATH', state.source, { at, problem });
  }
  const start = first?.start;
  if (isPiped || start?.kind !== 'literal' || start.value.kind !== 'text') {
    throw faultAt('MAYFLY_TEMPLATE_PATH', state.source, { at, problem: dynamic });
  }
  const text = new TextDecoder().decode(start.value.bytes);
  if (!state.reads.has(text)) {
    const read = readPath(text);
    if (typeof read === 'string') {
      throw faultAt('MAYFLY_TEMPLATE_PATH', state.source, { at, problem: read });
    }
    state.reads.set(text, read);
  }
  return text;
}

/** A path as users of Vault's agent write it, or a full reference; the problem where it is neither. */
function readPath(text: string): TemplateRead | string {
  const query = text.indexOf('?');
  const version = query < 0 ? null : /^\?version=([0-9]{1,9})$/u.exec(text.slice(query))?.[1];
  if (version === undefined) return 'has something else behind its ? than version=NUMBER';
  const path = (query < 0 ? text : text.slice(0, query)).replace(/^\//u, '');
  const parsed = parseReference(path, 'store');
  if (parsed.kind === 'invalid') return `has a path that ${parsed.problem}`;
  const { reference } = parsed;
  if (reference.key !== null) return 'names a key: write .Data.KEY behind it';
  if (version !== null && reference.version !== null) return 'names two versions';
  const store = path.includes(':') ? reference.store : null;
  return { text, store, path: reference.path, version: version ?? reference.version };
}
