import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readCacheFolder } from './cache-folder.ts';
import { withLock } from './lock.ts';

const run = promisify(execFile);
const requirements = fileURLToPath(
  new URL('../../parts/schemathesis/requirements.txt', import.meta.url),
);

/** Sends what an OpenAPI document allows, and what it does not: https://schemathesis.readthedocs.io. */
export const schemathesis = join(folder(), 'bin/schemathesis');

/** Null where it is installed, else why it cannot run. */
export function whyNoSchemathesis(): string | null {
  return existsSync(schemathesis) ? null : 'not installed: schemathesis';
}

/** Installs it from PyPI with all that it needs, in the versions that are written down. Throws where there is no Python. */
export async function installSchemathesis(): Promise<void> {
  await withLock(`${folder()}.lock`, async () => {
    if (whyNoSchemathesis() === null) return;
    const place = folder();
    await run('python3', ['-m', 'venv', place]);
    const args = ['install', '--quiet', '--no-deps', '--disable-pip-version-check'];
    try {
      await run(join(place, 'bin/pip'), [...args, '--requirement', requirements]);
    } catch (error) {
      await rm(place, { recursive: true, force: true });
      throw error;
    }
  });
}

/** Outside the repository, one for each list of versions. */
function folder(): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  return join(readCacheFolder(), 'parts', `schemathesis-${hash.slice(0, 16)}`);
}
