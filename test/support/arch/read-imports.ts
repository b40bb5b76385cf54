import { posix } from 'node:path';
import type { SourceFile } from './source-files.ts';

/** What a file imports: a file of ours, a package, or a module of Node. */
export type Import =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'node'; readonly name: string };

const statements =
  /^(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gmu;

/** Reads static imports, re-exports and `import('…')`, types included. */
export function readImports(file: SourceFile): readonly Import[] {
  return [...file.text.matchAll(statements)].map((match) =>
    resolveSpecifier(file.path, match[1] ?? match[2] ?? match[3] ?? ''),
  );
}

function resolveSpecifier(from: string, specifier: string): Import {
  if (specifier.startsWith('node:')) return { kind: 'node', name: specifier };
  if (specifier.startsWith('.')) {
    return { kind: 'file', path: posix.join(posix.dirname(from), specifier) };
  }
  const alias = /^#(core|adapters|platform|roles|test|tools)\/(.+)$/u.exec(specifier);
  if (alias === null) return { kind: 'package', name: packageOf(specifier) };
  const [, area = '', rest = ''] = alias;
  const isTopLevel = area === 'test' || area === 'tools';
  return { kind: 'file', path: isTopLevel ? `${area}/${rest}` : `src/${area}/${rest}` };
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}
