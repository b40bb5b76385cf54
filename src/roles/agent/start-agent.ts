import { renderTermination } from '#core/agent/render-termination.ts';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { AgentPlan } from '#core/injection/agent-plan.ts';
import { writeTermination } from './files/write-termination.ts';
import { readPlan } from './read-plan.ts';
import { readReadiness } from './ready.ts';

interface Output {
  write(text: string): unknown;
}

/** The program around the agent. */
export interface AgentProgram {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** A broken invariant of Mayfly itself, sysexits(3) `EX_SOFTWARE`. */
const bugExit = 70;
const terminationVariable = 'MAYFLY_TERMINATION_LOG';
const defaultTermination = '/dev/termination-log';

/**
 * `init`, `sidecar` or `ready`. Returns the exit code; an agent that has begun its work ends the process by itself.
 * What a probe asks loads neither TLS nor templates.
 */
export async function startAgent(program: AgentProgram): Promise<number> {
  const [verb] = program.args;
  try {
    if (verb !== 'init' && verb !== 'sidecar' && verb !== 'ready') {
      throw createError('MAYFLY_AGENT_USAGE', {});
    }
    const plan = readPlan(program.env);
    if (verb === 'ready') program.stdout.write(`${await readReadiness(plan)}\n`);
    else await run(verb, plan, program);
    return 0;
  } catch (error) {
    return tell(program, error);
  }
}

async function run(
  verb: 'init' | 'sidecar',
  plan: AgentPlan,
  program: AgentProgram,
): Promise<void> {
  const [{ createAgentWorld }, { runAgent }] = await Promise.all([
    import('./compose.ts'),
    import('./run-agent.ts'),
  ]);
  const world = createAgentWorld(plan, { ...program, terminationPath: terminationPathOf(program) });
  await runAgent(verb, plan, world);
}

function tell(program: AgentProgram, error: unknown): number {
  const text = renderTermination(error, null);
  program.stderr.write(text);
  if (program.args[0] !== 'ready') tryWrite(terminationPathOf(program), text);
  return isMayflyError(error) ? error.exitCode : bugExit;
}

/** Outside of a pod there is no such file, and standard error has it all. */
function tryWrite(path: string, text: string): void {
  try {
    writeTermination(path, text);
  } catch {
    // There is nobody else to tell.
  }
}

function terminationPathOf({ env }: AgentProgram): string {
  return env[terminationVariable] ?? defaultTermination;
}
