import { basename, dirname } from 'node:path';
import type { SourceFile } from './source-files.ts';

const banned = new Set(
  'util utils helper helpers common misc manager service handler data info base process'.split(' '),
);

/** Terms of the field that contain a banned word and mean one exact thing. */
const terms = /data-?key|secret-?data|service-?account|process-?env/giu;

const exportedName =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|class|interface|type) (\w+)/gmu;

/** Files and folders that are not kebab-case. */
export function findUnkebabbed(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(
      ({ path }) => !isKebab(basename(path)) || !dirname(path).split('/').every(isKebabFolder),
    )
    .map(({ path }) => path);
}

/** Files and exports whose name holds a word that says nothing. */
export function findEmptyNames(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const exported = [...file.text.matchAll(exportedName)].map((match) => match[1] ?? '');
    return [basename(file.path), ...exported]
      .filter((name) => wordsOf(name).some((word) => banned.has(word)))
      .map((name) => `${file.path}: ${name}`);
  });
}

function isKebab(name: string): boolean {
  return /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|d|config))?\.(?:ts|mjs)$/u.test(name);
}

function isKebabFolder(name: string): boolean {
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(name);
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(terms, '')
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/u);
}
