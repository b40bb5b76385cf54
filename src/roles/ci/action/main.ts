import { isMayflyError } from '#core/errors/mayfly-error.ts';
import { createHost } from '#platform/lifecycle/host.ts';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';
import { createCiWorld } from '../commands/ci-terminal.ts';
import { watchStop } from '../watch-stop.ts';
import { isPost, runAction, runPost } from './run-action.ts';

/** A broken invariant of Mayfly itself, sysexits(3) `EX_SOFTWARE`. */
const bugExit = 70;

const { stderr } = process;
const world = createCiWorld(process);

const stop = watchStop(createHost());
const release = keepProgramAlive();
try {
  await (isPost(world) ? runPost(world) : runAction(world, stop.signal));
} catch (error) {
  process.exitCode = stop.exitCode() ?? tellRunner(error);
} finally {
  release();
}

/** What is not of the catalogue may quote input, so nothing of it is shown. */
function tellRunner(error: unknown): number {
  if (!isMayflyError(error)) {
    stderr.write('::error title=mayfly::a bug of mayfly [MAYFLY_INTERNAL_BUG]\n');
    return bugExit;
  }
  const hint = error.hint === '' ? '' : `%0A${error.hint}`;
  stderr.write(`::error title=mayfly::${error.message} [${error.code}]${hint}\n`);
  return error.exitCode;
}
