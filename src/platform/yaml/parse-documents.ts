import { createError } from '#core/errors/mayfly-error.ts';
import { Composer, Lexer, Parser, type CST, type Document, type ParsedNode } from 'yaml';
import { createBudget, lineAt, overLimit, type Budget, type Place } from './budget.ts';
import { yamlLimits } from './limits.ts';
import { createTokenGuard } from './token-guard.ts';

export interface ParsedStream {
  readonly documents: readonly Document.Parsed[];
  readonly budget: Budget;
}

/**
 * The documents of a YAML stream as an AST. Throws `MAYFLY_YAML_SYNTAX` and `MAYFLY_YAML_LIMIT`. Keys are not checked for uniqueness: the package's own check is quadratic.
 */
export function parseDocuments(text: string, name: string): ParsedStream {
  const place = { name, text };
  const budget = createBudget(place);
  const documents: Document.Parsed[] = [];
  for (const document of composeAll(place)) {
    budget.takeDocument(document.range[0]);
    refuseFaults(document, place);
    documents.push(document);
  }
  return { documents, budget };
}

/** Composes document by document, so that a stream of too many is cut off and not read to its end. */
function* composeAll(place: Place): Generator<Document.Parsed> {
  const composer = new Composer<ParsedNode>({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    merge: false,
    logLevel: 'silent',
  });
  try {
    yield* composer.compose(readTokens(place));
  } catch (cause) {
    // The package recurses once a level; what does not fit the stack is far over the limit.
    if (cause instanceof RangeError) throw overLimit(place, 'levels', 0);
    throw cause;
  }
}

/** Counts before anything is built: by then a hostile text would have taken its memory and its time. */
function* readTokens(place: Place): Generator<CST.Token> {
  const guard = createTokenGuard(place);
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(place.text)) {
    guard.take(lexeme);
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

function refuseFaults(document: Document.Parsed, place: Place): void {
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault === undefined) return;
  if (fault.code === 'RESOURCE_EXHAUSTION') throw overLimit(place, 'levels', fault.pos[0]);
  const line = lineAt(place.text, fault.pos[0]);
  if (fault.code === 'TAG_RESOLVE_FAILED') {
    throw createError('MAYFLY_YAML_UNSUPPORTED', { feature: 'a tag', name: place.name, line });
  }
  throw createError('MAYFLY_YAML_SYNTAX', { name: place.name, line });
}

/** What YAML calls printable; anything else may stand in a document only as an escape. */
const unprintable = /[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** The text of a YAML file; throws `MAYFLY_YAML_LIMIT` when it is too large, `MAYFLY_YAML_SYNTAX` when it is no text. */
export function decodeYaml(bytes: Uint8Array, name: string): string {
  if (bytes.length > yamlLimits.bytes) throw overLimit({ name, text: '' }, 'bytes', 0);
  const text = decodeUtf8(bytes, name);
  const at = text.search(unprintable);
  if (at !== -1) throw createError('MAYFLY_YAML_SYNTAX', { name, line: lineAt(text, at) });
  return text;
}

function decodeUtf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw createError('MAYFLY_YAML_SYNTAX', { name, line: 1 });
  }
}
