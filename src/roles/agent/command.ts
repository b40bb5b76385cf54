import type { Command } from 'commander';
import { createError } from '#core/errors/mayfly-error.ts';

/** `mayfly agent`, for its help: with one of its words alone the program goes straight to the agent. */
export function defineAgent(command: Command): void {
  command
    .argument('<init|sidecar|ready>', 'fetch once, keep up to date, or say whether that is so')
    .addHelpText(
      'after',
      '\nIt runs in pods: the webhook hands it its plan in MAYFLY_PLAN_0, MAYFLY_PLAN_1, …\n' +
        '\nExample:\n  kubectl exec web-0 -c mayfly-agent -- mayfly agent ready',
    )
    .action(() => {
      throw createError('MAYFLY_AGENT_USAGE', {});
    });
}
