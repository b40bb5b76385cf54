/**
 * The standalone program as it ships, but for what is told its steps: it kills itself, as SIGKILL does, at the step
 * that its parent names. `node killable-program.ts CONFIG`, with messages of its parent over IPC.
 */
import { createHost } from '#platform/lifecycle/host.ts';
import { createLifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import { createLogger } from '#platform/log/create-logger.ts';
import { createScrubber } from '#platform/log/scrub/scrubber.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { readConfiguration } from '#platform/config/read-configuration.ts';
import { runStandalone } from '#roles/standalone/run-standalone.ts';

/** What the parent sends. */
export type KillableMessage =
  /** Begins to count anew and dies at this step; null never. */
  | { readonly kind: 'arm'; readonly at: number | null }
  /** Asks for the names of the steps since then. */
  | { readonly kind: 'tell' };

let taken: string[] = [];
let end = Number(process.env['KILL_AT'] ?? Number.POSITIVE_INFINITY);

function onStep(name: string): void {
  taken.push(name);
  if (taken.length === end) process.kill(process.pid, 'SIGKILL');
}

process.on('message', (message: KillableMessage) => {
  if (message.kind === 'arm') {
    taken = [];
    end = message.at ?? Number.POSITIVE_INFINITY;
  }
  process.send?.(taken);
});

const configuration = await readConfiguration({ file: process.argv[2] ?? '', flags: [] });
if (configuration.kind === 'invalid') throw new Error('the configuration of the test is wrong');
const clock = createSystemClock();
const output = { output: process.stderr, scrubber: createScrubber(), clock };
const logger = createLogger(output, configuration.value.log);
const lifecycle = createLifecycle({ host: createHost(), logger, clock }, { deadlineMs: 20_000 });
try {
  await runStandalone(configuration.value, { logger, lifecycle, version: '0.0.0', onStep });
} catch (error) {
  await lifecycle.fail(error);
}
