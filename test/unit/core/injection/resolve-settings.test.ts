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
  const webhook = {
    agent,
    envVia: 'none' as const,
    restartContainers: false,
    compatibility: [],
    broker: {},
  };
  const options = { webhook, broker: {}, election: { namespace: 'mayfly' } };
  expect(resolveSettings(options, 'image')).toEqual({
    ...defaultSettings,
    agent: { image: 'image', command: ['/mayfly'], imagePullPolicy: null },
    imagePullSecrets: ['registry'],
    ownNamespace: 'mayfly',
  });
  const named = {
    ...webhook,
    agent: { ...agent, imagePullPolicy: 'Always' as const },
    defaultStore: 'vault',
  };
  expect(resolveSettings({ ...options, webhook: named }, 'image')).toMatchObject({
    agent: { imagePullPolicy: 'Always' },
    defaultStore: 'vault',
  });
  const address = 'https://broker.mayfly.svc';
  const withBroker = { ...options, webhook: { ...webhook, broker: { address } } };
  expect(resolveSettings(withBroker, 'image').broker).toEqual({
    address,
    audience: address,
    ca: null,
  });
  const url = 'https://broker.example';
  expect(resolveSettings({ ...withBroker, broker: { url } }, 'image').broker).toEqual({
    address,
    audience: url,
    ca: null,
  });
});
