import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import {
  readConfiguration,
  type ConfigurationPlaces,
} from '#platform/config/read-configuration.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { createLogger, type LogOutput } from '#platform/log/create-logger.ts';
import type { Logger } from '#platform/log/logger.ts';
import { createScrubber } from '#platform/log/scrub/scrubber.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createLifecycle, type Lifecycle } from './create-lifecycle.ts';
import { createHost } from './host.ts';

/** What every role of its own process has. */
export interface RoleTools {
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly clock: MonotonicClock;
}

/** A role by its configuration; what it throws ends the process. */
export type Role = (configuration: Configuration, tools: RoleTools) => Promise<void>;

/** Shorter than the 30 s that Kubernetes waits. */
const deadlineMs = 20_000;

/** Runs a role as the whole process: its configuration, its log, its end. Throws when the configuration is wrong. */
export async function runRole(
  role: Role,
  places: ConfigurationPlaces,
  stderr: LogOutput,
): Promise<void> {
  const configuration = await readOrRefuse(places, stderr);
  const clock = createSystemClock();
  const logger = createLogger(
    { output: stderr, scrubber: createScrubber(), clock },
    configuration.log,
  );
  const lifecycle = createLifecycle({ host: createHost(), logger, clock }, { deadlineMs });
  try {
    await role(configuration, { logger, lifecycle, clock });
  } catch (error) {
    await lifecycle.fail(error);
  }
}

async function readOrRefuse(
  places: ConfigurationPlaces,
  stderr: LogOutput,
): Promise<Configuration> {
  const parsed = await readConfiguration(places);
  if (parsed.kind === 'valid') return parsed.value;
  throw tellAllButLast(parsed.errors, stderr);
}

/** The last one is printed by whoever catches it, with its hint. */
function tellAllButLast(errors: readonly MayflyError[], stderr: LogOutput): unknown {
  for (const { message, code } of errors.slice(0, -1)) {
    stderr.write(`mayfly: error: ${message} [${code}]\n`);
  }
  return errors.at(-1);
}
