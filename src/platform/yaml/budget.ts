import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { yamlLimits } from './limits.ts';

/** Tells the line (from 1) of an offset in a text, without a table of lines: it is asked once, on a refusal. */
export interface Place {
  readonly name: string;
  readonly text: string;
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

/** Counts what is taken from {@link yamlLimits} while one text is read. */
export interface Budget {
  readonly place: Place;
  takeNode(depth: number, offset: number): void;
  takeAlias(offset: number): void;
  takeDocument(offset: number): void;
}

export function createBudget(place: Place): Budget {
  let nodes = 0;
  let aliases = 0;
  let documents = 0;
  return {
    place,
    takeNode(depth, offset): void {
      nodes += 1;
      if (depth > yamlLimits.depth) throw overLimit(place, 'levels', offset);
      if (nodes > yamlLimits.nodes) throw overLimit(place, 'nodes', offset);
    },
    takeAlias(offset): void {
      aliases += 1;
      if (aliases > yamlLimits.aliases) throw overLimit(place, 'aliases', offset);
    },
    takeDocument(offset): void {
      documents += 1;
      if (documents > yamlLimits.documents) throw overLimit(place, 'documents', offset);
    },
  };
}

const limitOf = {
  levels: yamlLimits.depth,
  nodes: yamlLimits.nodes,
  aliases: yamlLimits.aliases,
  documents: yamlLimits.documents,
  bytes: yamlLimits.bytes,
} as const;

export function overLimit(place: Place, what: keyof typeof limitOf, offset: number): MayflyError {
  const line = lineAt(place.text, offset);
  return createError('MAYFLY_YAML_LIMIT', { name: place.name, line, what, limit: limitOf[what] });
}
