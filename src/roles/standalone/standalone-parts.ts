import type { Steps } from '#platform/files/steps.ts';
import type { Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import type { Logger } from '#platform/log/logger.ts';

export interface StandaloneParts {
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly version: string;
  /** Told each step of files, state and git; for tests that stop the program between two. */
  readonly onStep?: Steps;
}
