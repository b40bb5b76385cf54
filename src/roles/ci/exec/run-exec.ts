import type { Writable } from 'node:stream';
import type { Exchanged } from '#core/broker/client/exchange.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { Host } from '#platform/lifecycle/host.ts';
import { tell, type CiWorld } from '../ci-world.ts';
import type { Job } from '../job.ts';
import { createMaskedForms } from '../masks/mask-stream.ts';
import { awaitMasks, maskValues, type MaskChoice } from '../masks/mask-values.ts';
import { makeFolder, type FolderChoice } from '../output/choose-folder.ts';
import { renderEnvironment } from '../output/render-environment.ts';
import { renderFiles } from '../output/render-files.ts';
import { createSecretFiles, type SecretFiles } from '../output/secret-files.ts';
import type { BrokerSession } from '../servers/open-session.ts';
import { watchStop, type StopWatch } from '../watch-stop.ts';
import { keepFresh } from './keep-fresh.ts';
import { supervise } from './supervise.ts';

/** What runs, and how. */
export interface Execution {
  readonly job: Job;
  readonly program: string;
  readonly args: readonly string[];
  readonly masks: MaskChoice;
  readonly folder: FolderChoice;
}

/** The process around a program. */
export interface ExecWorld extends CiWorld {
  readonly host: Pick<Host, 'onStopSignal'>;
  readonly isTerminal: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * Runs a program with values in its environment and in files, keeps the files fresh, and ends with it: signals are
 * passed on, and afterwards the files are taken away and the leases given back, however it ended. Returns the exit
 * code. Throws when the program could not be started.
 */
export async function runExec(
  world: ExecWorld,
  session: BrokerSession,
  execution: Execution,
): Promise<number> {
  const stop = watchStop(world.host, ['SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']);
  const masked = createMaskedForms();
  let files: SecretFiles | null = null;
  // Also when this program ends in a way that nobody foresaw.
  process.on('exit', () => files?.remove());
  try {
    const { job, masks, folder } = execution;
    if (job.wanted.files.length > 0) files = createSecretFiles(await makeFolder(world, folder));
    const first = await session.exchange(job, stop.signal);
    const running = { world, masks, masked, session, execution, files, first, stop };
    return await runProgram({ ...running, env: await prepare(running) });
  } catch (error) {
    const exitCode = stop.exitCode();
    if (exitCode === null) throw error;
    return exitCode;
  } finally {
    files?.remove();
    masked.wipe();
    await session.end();
  }
}

interface Hiding {
  readonly world: ExecWorld;
  readonly masks: MaskChoice;
  readonly masked: ReturnType<typeof createMaskedForms>;
  readonly execution: Execution;
}

function hide({ world, masks, masked, execution }: Hiding, { values }: Exchanged): void {
  masked.add(maskValues(world, { values, wanted: execution.job.wanted }, masks));
}

interface Preparing extends Hiding {
  readonly files: SecretFiles | null;
  readonly first: Exchanged;
}

/** Masks the values, writes the files, and wipes what is not needed any more; answers the variables. */
async function prepare(preparing: Preparing): Promise<Readonly<Record<string, string>>> {
  const { world, execution, files, first } = preparing;
  const { wanted } = execution.job;
  try {
    hide(preparing, first);
    await awaitMasks(world, execution.masks);
    files?.write(renderFiles(wanted.files, first.values));
    return renderEnvironment(wanted, first.values, files?.folder ?? null);
  } finally {
    wipe(first.values);
  }
}

interface Running extends Preparing {
  readonly session: BrokerSession;
  readonly env: Readonly<Record<string, string>>;
  readonly stop: StopWatch;
}

async function runProgram(running: Running): Promise<number> {
  const { world, execution, env, masks, masked, stop } = running;
  const { program, args } = execution;
  const filter = masks.masking === 'filter' ? masked : null;
  const { isTerminal, stdout, stderr } = world;
  const start = { program, args, env: { ...world.env, ...env }, masked: filter };
  const supervised = await supervise({ ...start, isTerminal, stdout, stderr }, world.clock);
  stop.forwardTo((signal) => supervised.forward(signal));
  const over = new AbortController();
  const freshness = refresh(running, over.signal);
  try {
    return await supervised.ended;
  } finally {
    over.abort(createError('MAYFLY_INTERNAL_BUG', { where: 'a program that has ended' }));
    await freshness;
  }
}

/** A program without files has nothing that could be made fresh. */
async function refresh(running: Running, signal: AbortSignal): Promise<void> {
  const { world, session, execution, files, first } = running;
  if (files === null) return;
  const { job } = execution;
  const fresh = {
    exchange: async (ending: AbortSignal) => await session.exchange(job, ending),
    replace: async (exchanged: Exchanged) => {
      try {
        hide(running, exchanged);
        await awaitMasks(world, running.masks);
        files.write(renderFiles(job.wanted.files, exchanged.values));
      } finally {
        wipe(exchanged.values);
      }
    },
    tidy: () => files.tidy(),
    remove: () => files.remove(),
  };
  try {
    await keepFresh(world, { files: fresh, first }, signal);
  } catch (error) {
    if (!signal.aborted) tell(world, 'the files are no longer kept fresh');
    if (!signal.aborted) throw error;
  }
}

function wipe(values: ReadonlyMap<string, SecretBytes>): void {
  for (const value of values.values()) value.wipe();
}
