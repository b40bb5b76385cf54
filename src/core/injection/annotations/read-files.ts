import { isMayflyError } from '../../errors/mayfly-error.ts';
import { decideFormat } from '../../format/render-format.ts';
import { parseReference, type Reference } from '../../reference/reference.ts';
import { parseTemplate } from '../../template/parse-template.ts';
import type { Template } from '../../template/template.ts';
import { fileFormats, type FileFormat } from '../agent-plan.ts';
import type { AnnotationReader } from './annotation-reader.ts';
import { invalid, parseFilePath, parseMode, parseWord, valid, type ParsedValue } from './values.ts';

/** A file that annotations ask for. */
export interface RequestedFile {
  readonly name: string;
  readonly path: string;
  readonly reference: Reference | null;
  readonly template: string | null;
  /** What a template asks that names no store. */
  readonly store: string;
  /** Every store that the file is made from. */
  readonly stores: readonly string[];
  readonly format: FileFormat;
  /** Null is the narrowest that lets the containers read it. */
  readonly mode: number | null;
}

/** The files of `secret.NAME`, `template.NAME`, `format.NAME`, `mode.NAME` and `path.NAME`, in the order of their names. */
export function readFiles(reader: AnnotationReader, store: string | null): RequestedFile[] {
  const parts = {
    references: reader.readAll('secret', (text) => parseSecret(text, store)),
    templates: readTemplates(reader),
    formats: reader.readAll('format', (text) => parseWord(text, fileFormats)),
    modes: reader.readAll('mode', parseMode),
    paths: reader.readAll('path', parseFilePath),
  };
  const asked = new Set([
    ...reader.readAll('secret', valid).keys(),
    ...reader.readAll('template', valid).keys(),
  ]);
  refuseOrphans(reader, parts, asked);
  const files = [...asked].toSorted().flatMap((name) => takeFile(reader, parts, { name, store }));
  refuseClashes(reader, files);
  return files;
}

interface Parts {
  readonly references: ReadonlyMap<string, Reference>;
  readonly templates: ReadonlyMap<string, Template>;
  readonly formats: ReadonlyMap<string, FileFormat>;
  readonly modes: ReadonlyMap<string, number>;
  readonly paths: ReadonlyMap<string, string>;
}

interface Asked {
  readonly name: string;
  readonly store: string | null;
}

function takeFile(reader: AnnotationReader, parts: Parts, asked: Asked): readonly RequestedFile[] {
  const { name } = asked;
  const reference = pick(parts.references, name);
  const template = pick(parts.templates, name);
  // What is wrong with it was said when it was parsed.
  if (reference === null && template === null) return [];
  const found = findStores(template, reference?.store ?? asked.store);
  if (found === null) {
    reader.refuse(`template.${name}`, 'needs a store: name it in mayfly.dev/store');
    return [];
  }
  const text = template === null ? null : template.text;
  const path = pick(parts.paths, name) ?? name;
  const mode = pick(parts.modes, name);
  const format = takeFormat(reader, parts, name);
  return [{ name, path, reference, template: text, ...found, format, mode }];
}

function pick<T>(values: ReadonlyMap<string, T>, name: string): T | null {
  return values.get(name) ?? null;
}

/** What a template asks; null where it names no store and there is no other one. */
function findStores(
  template: Template | null,
  own: string | null,
): Pick<RequestedFile, 'store' | 'stores'> | null {
  const named = (template?.reads ?? []).map((read) => read.store ?? own);
  const [store = null] = [own, ...named].filter((name) => name !== null);
  if (store === null || named.includes(null)) return null;
  return { store, stores: [...new Set([store, ...named.filter((name) => name !== null)])] };
}

function takeFormat(reader: AnnotationReader, parts: Parts, name: string): FileFormat {
  const format = pick(parts.formats, name);
  const hasTemplate = parts.templates.has(name);
  const reference = pick(parts.references, name);
  const hasKey = reference !== null && reference.key !== null;
  if (format === null) return decideFormat(hasKey || hasTemplate);
  if (hasTemplate) {
    reader.refuse(`format.${name}`, 'cannot stand beside a template, which says it already');
  } else if (format === 'raw' && !hasKey) {
    reader.refuse(`format.${name}`, 'can be raw only where the reference names a key');
  }
  return format;
}

function refuseOrphans(
  reader: AnnotationReader,
  { formats, modes, paths }: Parts,
  asked: ReadonlySet<string>,
): void {
  const known = [...asked];
  const families = { format: formats, mode: modes, path: paths };
  for (const [family, names] of Object.entries(families)) {
    for (const name of names.keys()) {
      if (asked.has(name)) continue;
      const nearest = reader.suggest(name, known);
      const suggestion = nearest === null ? '' : `; did you mean ${family}.${nearest}`;
      reader.refuse(`${family}.${name}`, `has no secret.${name} beside it${suggestion}`);
    }
  }
}

/** Two files of one name, or a file where another one needs a folder. */
function refuseClashes(reader: AnnotationReader, files: readonly RequestedFile[]): void {
  const taken = new Map<string, string>();
  for (const { name, path } of files) {
    const other = taken.get(path);
    if (other !== undefined) reader.refuse(`path.${name}`, `is that of the file ${other} too`);
    taken.set(path, name);
  }
  for (const { name, path } of files) {
    const folders = path.split('/').map((_, count, parts) => parts.slice(0, count).join('/'));
    const other = folders.map((folder) => taken.get(folder)).find((file) => file !== undefined);
    if (other === undefined) continue;
    reader.refuse(`path.${name}`, `needs a folder where the file ${other} is`);
  }
}

function parseSecret(text: string, store: string | null): ParsedValue<Reference> {
  const parsed = parseReference(text, store);
  return parsed.kind === 'valid' ? valid(parsed.reference) : parsed;
}

/** What is wrong with a template is said by its own parser, with line and column. */
function readTemplates(reader: AnnotationReader): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>();
  for (const [name, text] of reader.readAll('template', parseText)) {
    try {
      templates.set(name, parseTemplate({ name, text }));
    } catch (error) {
      if (!isMayflyError(error)) throw error;
      reader.errors.push(error);
    }
  }
  return templates;
}

function parseText(text: string): ParsedValue<string> {
  return text.trim() === '' ? invalid('is empty') : valid(text);
}
