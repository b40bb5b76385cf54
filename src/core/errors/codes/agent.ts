import type { CatalogueEntry } from '../kinds.ts';

/** The agent in a pod. */
export const agentCodes = {
  MAYFLY_AGENT_USAGE: {
    kind: 'invalid',
    message: 'the agent takes one word: init, sidecar or ready',
    hint: 'the webhook writes the command of the agent; outside of a pod it has no use',
  },
  MAYFLY_AGENT_PLAN: {
    kind: 'invalid',
    message: 'the plan of the agent is wrong at {field}',
    hint: 'the webhook hands it over: run webhook and agent of one version, and no agent by hand',
  },
  MAYFLY_AGENT_TOKEN: {
    kind: 'unavailable',
    message: 'the token for the store {store} cannot be read at {path} ({reason})',
    hint: 'the kubelet writes it: look at the events of the pod for the projected volume',
  },
  MAYFLY_AGENT_DEADLINE: {
    kind: 'unavailable',
    message: 'not everything was read from {stores} within {seconds} s',
    hint: 'look whether the stores answer from within the pod',
  },
  MAYFLY_AGENT_KEY_MISSING: {
    kind: 'invalid',
    message: 'there is no key {key} at {path} of the store {store}',
    hint: 'name a key that is there, or mark a variable as optional',
  },
  MAYFLY_AGENT_NOT_ONE_VALUE: {
    kind: 'invalid',
    message: '{key} at {path} of the store {store} is not one value',
    hint: 'name a key that holds one value, or have the whole as a file',
  },
  MAYFLY_AGENT_NOT_READY: {
    kind: 'unavailable',
    message: 'the first files are not written yet',
    hint: 'the log of the agent says what it waits for',
  },
} as const satisfies Record<string, CatalogueEntry>;
