import type { CommandEntry } from './cli/frame/command.ts';

/** What is in the path of pods, and in the image that stands beside them. Each loads only what it needs. */
export const podCommands: readonly CommandEntry[] = [
  {
    name: 'certs',
    summary: 'keep the certificates of the webhook and of the broker',
    load: async () => (await import('./certs/command.ts')).defineCerts,
  },
  {
    name: 'webhook',
    summary: 'answer the API server when pods and objects are created',
    load: async () => (await import('./webhook/command.ts')).defineWebhook,
  },
  {
    name: 'agent',
    summary: 'fetch the secrets of a pod, in the pod',
    load: async () => (await import('./agent/command.ts')).defineAgent,
  },
];
