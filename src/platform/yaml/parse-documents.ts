import { createError } from '#core/errors/mayfly-error.ts';
import { Composer, Parser, type Document, type ParsedNode } from 'yaml';
import { createBudget, lineAt, overLimit, type Budget, type Place } from './budget.ts';
import { yamlLimits } from './limits.ts';

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
    yield* composer.compose(new Parser().parse(place.text));
  } catch (cause) {
    // The package recurses once a level; what does not fit the stack is far over the limit.
    if (cause instanceof RangeError) throw overLimit(place, 'levels', 0);
    throw cause;
  }
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

/** The text of a YAML file; throws `MAYFLY_YAML_LIMIT` for one too large, `MAYFLY_YAML_SYNTAX` for no UTF-8. */
export function decodeYaml(bytes: Uint8Array, name: string): string {
  if (bytes.length > yamlLimits.bytes) throw overLimit({ name, text: '' }, 'bytes', 0);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw createError('MAYFLY_YAML_SYNTAX', { name, line: 1 });
  }
}
