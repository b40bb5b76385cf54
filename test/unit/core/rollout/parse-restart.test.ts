import { expect, it } from '@jest/globals';
import { parseRestart } from '#core/rollout/parse-restart.ts';

it.each([
  ['deployment/web', { kind: 'Deployment', name: 'web' }],
  ['statefulset/db.main', { kind: 'StatefulSet', name: 'db.main' }],
  ['daemonset/agent', { kind: 'DaemonSet', name: 'agent' }],
])('%s is a workload', (entry, workload) => {
  expect(parseRestart(entry)).toEqual({ kind: 'workload', workload });
});

it.each(['reload-nginx', 'deployment'])('%s is the name of a hook', (name) => {
  expect(parseRestart(name)).toEqual({ kind: 'hook', name });
});
