import { expect, it } from '@jest/globals';
import { resolveSettings } from '#core/injection/resolve-settings.ts';
import { defaultSettings } from '#test/support/pods/default-settings.ts';

it('the settings are those of the configuration', () => {
  const agent = {
    command: ['/mayfly'],
    imagePullSecrets: ['registry'],
    cpuRequest: '10m',
    cpuLimit: '500m',
    memoryRequest: '32Mi',
    memoryLimit: '128Mi',
    deadline: 60_000,
    refresh: 300_000,
    logLevel: 'info' as const,
    meshProxies: defaultSettings.meshProxies,
  };
  const options = { agent, envVia: 'none' as const, restartContainers: false, compatibility: [] };
  expect(resolveSettings(options, 'image', 'mayfly')).toEqual({
    ...defaultSettings,
    agent: { image: 'image', command: ['/mayfly'], imagePullPolicy: null },
    imagePullSecrets: ['registry'],
    ownNamespace: 'mayfly',
  });
  const named = {
    ...options,
    agent: { ...agent, imagePullPolicy: 'Always' as const },
    defaultStore: 'vault',
  };
  expect(resolveSettings(named, 'image', 'mayfly')).toMatchObject({
    agent: { imagePullPolicy: 'Always' },
    defaultStore: 'vault',
  });
});
