import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const needed = [24, 12];

/**
 * Whether this version runs TypeScript files without a flag.
 * @param {string} version
 */
export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/** The Node to run Mayfly with: this one when it is new enough, else the one among the dependencies. */
export function findNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const bundled = join(
    root,
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin',
    'node',
  );
  if (existsSync(bundled)) return bundled;
  throw new Error(
    `Mayfly needs Node ${needed.join('.')} or newer; this is ${process.versions.node}, and the dependencies ` +
      `hold none for ${process.platform}-${process.arch}. Install a newer Node and run this again.`,
  );
}
