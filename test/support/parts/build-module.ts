import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readCacheFolder } from './cache-folder.ts';
import { withLock } from './lock.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** A folder of `test/parts` with its own go.mod, and what is built from it in one go. */
export interface GoModule {
  readonly name: string;
  readonly packages: readonly string[];
  /** Flags of `go build`. */
  readonly flags?: readonly string[];
  /** How long the first build takes on two cores. */
  readonly minutes: number;
}

/** The folder with the built programs; it exists once they are built. */
function builtFolderOf(module: GoModule): string {
  return join(readCacheFolder(), 'parts', `${module.name}-${keyOf(module)}`);
}

export function isBuilt(module: GoModule): boolean {
  return existsSync(builtFolderOf(module));
}

/** Null when Go is there, else why nothing can be built. */
export function whyNotBuildable(): string | null {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'Go is not installed';
  }
}

/** Builds the module unless it is built; two processes at once build it once. Prints its progress. */
export async function buildModule(module: GoModule): Promise<string> {
  const folder = builtFolderOf(module);
  if (isBuilt(module)) return folder;
  await withLock(`${folder}.lock`, async () => {
    if (isBuilt(module)) return;
    const unfinished = `${folder}.${process.pid}`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await runGoBuild(module, unfinished);
    await moveInPlace(unfinished, folder);
  });
  return folder;
}

/** Somebody else may have been faster: what they built is the same. */
async function moveInPlace(unfinished: string, folder: string): Promise<void> {
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Whatever decides what the programs do: versions, sums and our own sources. */
function keyOf(module: GoModule): string {
  const folder = sourceOf(module);
  const hash = createHash('sha256').update(
    [...module.packages, ...(module.flags ?? [])].join('\n'),
  );
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:go|mod|sum)$/u.test(path))
    .toSorted();
  for (const path of files) hash.update(path).update(readFileSync(join(folder, path)));
  return hash.digest('hex').slice(0, 16);
}

function sourceOf(module: GoModule): string {
  return join(root, 'test', 'parts', module.name);
}

async function runGoBuild(module: GoModule, into: string): Promise<void> {
  const started = Date.now();
  let compiled = 0;
  const say = (what: string): void => {
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stderr.write(`  building ${module.name} (${what}, ${seconds} s)\n`);
  };
  say(`the first time takes about ${module.minutes} minutes`);
  const ticker = setInterval(() => say(`${compiled} packages compiled`), 10_000);
  try {
    const flags = ['-v', ...(module.flags ?? []), '-o', `${into}/`];
    await runGo(['build', ...flags, ...module.packages], sourceOf(module), (line) => {
      compiled += line.length > 0 ? 1 : 0;
    });
    say('done');
  } finally {
    clearInterval(ticker);
  }
}

function runGo(
  args: readonly string[],
  cwd: string,
  onLine: (line: string) => void,
): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' };
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-4000);
      for (const line of text.split('\n')) onLine(line);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${tail}`));
    });
  });
}
