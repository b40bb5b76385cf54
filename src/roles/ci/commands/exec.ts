import { Option, type Command } from 'commander';
import { createHost } from '#platform/lifecycle/host.ts';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';
import { replaceProgram } from '../exec/replace-program.ts';
import { runExec, type Execution } from '../exec/run-exec.ts';
import { readEnvironment, type CiWorld } from '../ci-world.ts';
import { decideMasking, maskings, type Masking } from '../masks/decide-masking.ts';
import { awaitMasks, maskValues } from '../masks/mask-values.ts';
import { renderEnvironment } from '../output/render-environment.ts';
import { openSession, type BrokerSession } from '../servers/open-session.ts';
import { createCiWorld, type CiTerminal } from './ci-terminal.ts';
import {
  addJobOptions,
  readBroker,
  readJob,
  readSource,
  usage,
  type JobOptions,
} from './options.ts';

interface ExecOptions extends JobOptions {
  readonly mask?: Masking;
  readonly replace?: boolean;
}

/** `mayfly exec -- PROGRAM`. */
export function defineExec(command: Command, terminal: CiTerminal): void {
  command
    .usage('[options] -- <program> [arguments...]')
    .argument('<program>', 'what runs')
    .argument('[arguments...]', 'what it is given');
  addJobOptions(command)
    .addOption(
      new Option(
        '--mask <how>',
        'how values are kept out of the log (default: as suits the CI system)',
      ).choices(maskings),
    )
    .option('--replace', 'become the program instead of staying beside it: no files, no renewal')
    .addHelpText(
      'after',
      '\nExit codes: that of the program, 128 and the number of a signal that ended it; before it runs 2 the command or the job is wrong, 3 denied, 75 no answer for two minutes.\n' +
        '\nExamples:\n  mayfly exec --policy shop/ci -s DB_PASSWORD=vault:secret/data/shop/db#password -- ./migrate.sh\n' +
        '  mayfly exec --policy shop/ci -f KUBECONFIG=vault:secret/data/shop/kube#config -- kubectl get pods\n' +
        '  mayfly exec --policy shop/ci -f DOCKER_CONFIG=vault:secret/data/shop/registry --format DOCKER_CONFIG=docker-config -- docker push …\n' +
        '  mayfly exec --login https://id.example.com --client-id mayfly --policy shop/people -s TOKEN=vault:… -- ./tool',
    )
    .action(async (program: string, args: readonly string[], options: ExecOptions) => {
      await exec(terminal, { program, args }, options);
    });
}

type Program = Pick<Execution, 'program' | 'args'>;

async function exec(terminal: CiTerminal, program: Program, options: ExecOptions): Promise<void> {
  const world = createCiWorld(terminal);
  const host = createHost();
  const broker = await readBroker(world, options);
  const job = readJob(world, broker, options);
  const masks = {
    masking: options.mask ?? decideMasking(world),
    allowShort: options.allowShort ?? false,
  };
  const folder = { folder: options.folder ?? null, allowDisk: options.allowDisk ?? false };
  const execution = { job, ...program, masks, folder };
  if (options.replace === true) refuseReplacing(execution);
  const session = openSession(world, broker, await readSource(world, broker, options));
  const release = keepProgramAlive();
  try {
    if (options.replace === true) await replace(world, session, execution);
    const { stdin, stdout, stderr } = terminal;
    const around = { ...world, host, stdout, stderr, isTerminal: stdin.isTTY === true };
    host.exit(await runExec(around, session, execution));
  } finally {
    release();
  }
}

function refuseReplacing({ job, masks }: Execution): void {
  if (job.wanted.files.length > 0) throw usage('--replace and --file: who would remove the files?');
  if (masks.masking === 'filter')
    throw usage('--replace and a filter: nobody would mask; see --mask');
}

async function replace(
  world: CiWorld,
  session: BrokerSession,
  { job, program, args, masks }: Execution,
): Promise<void> {
  const { values } = await session.exchange(job, new AbortController().signal);
  try {
    maskValues(world, { values, wanted: job.wanted }, masks);
    await awaitMasks(world, masks);
    const env = { ...readEnvironment(world), ...renderEnvironment(job.wanted, values, null) };
    replaceProgram({ program, args, env });
  } finally {
    for (const value of values.values()) value.wipe();
    await session.end();
  }
}
