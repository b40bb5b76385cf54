import type { FileFormat } from '#core/ports/decryptor.ts';

const extensions: readonly (readonly [extension: string, format: FileFormat])[] = [
  ['.yaml', 'yaml'],
  ['.yml', 'yaml'],
  ['.json', 'json'],
  ['.env', 'dotenv'],
  ['.ini', 'ini'],
];

/** The format SOPS takes a file for by its name; anything unknown is binary. */
export function tellFormat(path: string): FileFormat {
  return extensions.find(([extension]) => path.endsWith(extension))?.[1] ?? 'binary';
}
