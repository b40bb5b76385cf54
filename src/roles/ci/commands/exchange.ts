import { Option, type Command } from 'commander';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createHost } from '#platform/lifecycle/host.ts';
import { writeFileAtomically } from '#platform/files/write-file-atomically.ts';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';
import { tell, type CiWorld } from '../ci-world.ts';
import { decideMasking, type Masking } from '../masks/decide-masking.ts';
import { refuseFilePlace } from '../output/choose-folder.ts';
import { outputs, renderOutput, type Output } from '../output/render-output.ts';
import { runExchange } from '../run-exchange.ts';
import { openSession } from '../servers/open-session.ts';
import type { Wanted } from '../wanted.ts';
import { watchStop } from '../watch-stop.ts';
import { createCiWorld, type CiTerminal } from './ci-terminal.ts';
import { addJobOptions, readBroker, readJob, readSource, type JobOptions } from './options.ts';

interface ExchangeOptions extends JobOptions {
  readonly output: Output;
  readonly write?: string;
}

/** `mayfly exchange`. */
export function defineExchange(command: Command, terminal: CiTerminal): void {
  addJobOptions(command)
    .addOption(
      new Option('-o, --output <format>', 'how variables are printed')
        .choices(outputs)
        .default('dotenv'),
    )
    .option('--write <file>', 'print to this file, in memory and outside of the checkout')
    .addHelpText(
      'after',
      '\nExit codes: 0 given, 2 the command or the job is wrong, 3 denied, 75 no answer for two minutes.\n' +
        '\nValues that are printed stay until their lease ends; "mayfly revoke" gives it back. To run one program, "mayfly exec" does all of it.\n' +
        '\nExamples:\n  mayfly exchange --policy shop/ci -s DB_PASSWORD=vault:secret/data/shop/db#password -o json\n' +
        '  mayfly exchange --policy shop/ci -f NETRC=vault:secret/data/shop/git --format NETRC=netrc --folder /dev/shm/mayfly-job',
    )
    .action(async (options: ExchangeOptions) => await exchange(terminal, options));
}

async function exchange(terminal: CiTerminal, options: ExchangeOptions): Promise<void> {
  const world = createCiWorld(terminal);
  const host = createHost();
  const broker = await readBroker(world, options);
  const job = readJob(world, broker, options);
  const masks = { masking: decideMasking(world), allowShort: options.allowShort ?? false };
  const allowDisk = options.allowDisk ?? false;
  const { write = null } = options;
  if (write !== null) await refuseFilePlace(world, write, allowDisk);
  warnUnmasked(world, masks.masking, job.wanted);
  const session = openSession(world, broker, await readSource(world, broker, options));
  const release = keepProgramAlive();
  const stop = watchStop(host);
  try {
    await runExchange(world, session, {
      job,
      masks,
      signal: stop.signal,
      folder: { folder: options.folder ?? null, allowDisk },
      use: async (exchanged, folder) => {
        const rendered = renderOutput(options.output, { wanted: job.wanted, exchanged, folder });
        await print(terminal, rendered, write);
      },
    });
  } catch (error) {
    const exitCode = stop.exitCode();
    if (exitCode === null) throw error;
    host.exit(exitCode);
  } finally {
    release();
  }
}

/** Only what runs beside a program can look at what it prints. */
function warnUnmasked(world: CiWorld, masking: Masking, { variables }: Wanted): void {
  if (masking !== 'filter' || variables.length === 0) return;
  tell(world, 'nothing masks these values in the log of this job: see mayfly exec, or --file');
}

async function print(
  { stdout }: CiTerminal,
  rendered: SecretBytes,
  write: string | null,
): Promise<void> {
  try {
    if (write !== null) await writeFileAtomically(write, rendered.expose(), { mode: 0o600 });
    else await writeWhole(stdout, rendered.expose());
  } finally {
    rendered.wipe();
  }
}

/** Resolves when the bytes are written: they are wiped then. */
async function writeWhole(stream: CiTerminal['stdout'], bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
