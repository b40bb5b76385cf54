import { join } from 'node:path';
import { buildModule, isBuilt, whyNotBuildable, type GoModule } from './parts/build-module.ts';

const sops: GoModule = {
  name: 'sops',
  packages: [
    'github.com/getsops/sops/v3/cmd/sops',
    'filippo.io/age/cmd/age',
    'filippo.io/age/cmd/age-keygen',
    './bench',
  ],
};

/** The real programs that tests run against, each built from a pinned Go module of `test/parts`. */
const parts = {
  sops: { module: sops, file: 'sops' },
  age: { module: sops, file: 'age' },
  'age-keygen': { module: sops, file: 'age-keygen' },
  'sops-bench': { module: sops, file: 'bench' },
} as const satisfies Record<string, { readonly module: GoModule; readonly file: string }>;

export type PartName = keyof typeof parts;
export const partNames = Object.keys(parts) as PartName[];

/**
 * The absolute path of a real program, built when it is not yet in the cache. Throws when it is missing and
 * cannot be built: without Go, or with `MAYFLY_TESTBED=off`.
 */
export async function requirePart(name: PartName): Promise<string> {
  const missing = whyMissing(name);
  if (missing !== null) throw new Error(`the part ${name} is missing: ${missing}`);
  return join(await buildModule(parts[name].module), parts[name].file);
}

/** Null when the part is built or can be, else the reason. */
export function whyMissing(name: PartName): string | null {
  if (process.env['MAYFLY_TESTBED'] === 'off') return 'MAYFLY_TESTBED=off';
  return isBuilt(parts[name].module) ? null : whyNotBuildable();
}

/** Whether a missing part is a failure instead of a skip. */
export function isCi(): boolean {
  return !['', '0', 'false', undefined].includes(process.env['CI']?.toLowerCase());
}
