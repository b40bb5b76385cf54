import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.mjs';

/** Installs the dependencies when they are missing or not those of the lockfile, and says so on stderr. */
export function ensureDependencies() {
  const reason = whyOutdated();
  if (reason === null) return;
  const started = Date.now();
  process.stderr.write(`${reason}: installing (npm ci) …\n`);
  // Two lines of npm's own would say less than ours; its errors stay.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, error } = spawnSync(npm, ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'development' },
  });
  if (error !== undefined) throw new Error(`npm could not be started: ${error.message}`);
  if (status !== 0) throw new Error('npm ci failed; its reason stands above');
  process.stderr.write(
    `dependencies installed in ${Math.round((Date.now() - started) / 1000)} s\n`,
  );
}

/** Null when every package of the lockfile is installed at its version, else the reason in words. */
export function whyOutdated(folder = root) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const installed = readPackages(join(folder, 'node_modules', '.package-lock.json'));
  if (installed === null) return 'the dependencies are missing';
  for (const [path, entry] of Object.entries(wanted ?? {})) {
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined ? !entry.optional : found.version !== entry.version) {
      return `the dependencies are older than the lockfile (${path.replace(/^.*node_modules\//, '')})`;
    }
  }
  return null;
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}
