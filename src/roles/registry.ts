import type { CommandEntry } from './cli/frame/command.ts';
import { ciCommands } from './ci/registry.ts';
import { cliCommands } from './cli/registry.ts';
import { podCommands } from './pod-registry.ts';

/** The processes that keep running, then the commands of a person. Each loads only what it needs. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'controller',
    summary: 'keep the secrets of a cluster as its objects say',
    load: async () => (await import('./controller/command.ts')).defineController,
  },
  {
    name: 'sweep',
    summary: 'delete overdue secrets of a cluster while no controller lives',
    load: async () => (await import('./sweep/command.ts')).defineSweep,
  },
  ...podCommands,
  {
    name: 'broker',
    summary: 'give values to CI jobs and pods for their identity tokens',
    load: async () => (await import('./broker/command.ts')).defineBroker,
  },
  {
    name: 'standalone',
    summary: 'keep the secrets of this machine as its objects say',
    load: async () => (await import('./standalone/command.ts')).defineStandalone,
  },
  ...ciCommands,
  ...cliCommands,
];
