import { runCommand } from '#tools/steps/run-command.ts';
import { listMissingPackages } from '#test/support/node/why-no-node.ts';
import { installSchemathesis, whyNoSchemathesis } from '#test/support/parts/schemathesis.ts';
import { whyNoValkey } from '#test/support/valkey/create-valkey.ts';

const timeoutMs = 10 * 60_000;

/** Installs what the tests take from PyPI into the cache, and says so. Where that fails those tests say why they are skipped. */
export async function installFromPypiAloud(): Promise<void> {
  if (whyNoSchemathesis() === null) return;
  console.log('▸ installing schemathesis');
  await installSchemathesis().catch(() => console.log('– not installed: schemathesis'));
}

/**
 * Installs Debian's packages for the tests on a real node and beside a real Redis, and says so. Does nothing where this
 * is not root or not Debian: those tests then say why they are skipped.
 */
export async function installPackagesAloud(): Promise<void> {
  const missing = [...listMissingPackages(), ...(whyNoValkey() === null ? [] : ['redis-server'])];
  if (missing.length === 0 || process.getuid?.() !== 0) return;
  console.log(`▸ installing packages for the tests: ${missing.join(', ')}`);
  const install = ['install', '--yes', '--no-install-recommends', ...missing];
  for (const args of [['update'], install]) {
    const complaint = await runApt(args);
    if (complaint !== null) return console.log(`– not installed: ${complaint}`);
  }
  console.log('✔ packages are installed');
}

/** Null when it went well. */
async function runApt(args: readonly string[]): Promise<string | null> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    const { exitCode, output } = await runCommand('apt-get', args, { env, timeoutMs });
    return exitCode === 0 ? null : output.slice(-500);
  } catch {
    return 'there is no apt-get';
  }
}
