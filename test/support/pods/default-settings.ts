import type { InjectionSettings } from '#core/injection/settings.ts';

/** What holds where an administrator says nothing; there is no default of the agent's image. */
export const defaultSettings: Omit<InjectionSettings, 'agent' | 'ownNamespace'> = {
  imagePullSecrets: [],
  envVia: 'none',
  restartContainers: false,
  compatibility: [],
  defaultStore: null,
  broker: null,
  resources: {
    requests: { cpu: '10m', memory: '32Mi' },
    limits: { cpu: '500m', memory: '128Mi' },
  },
  deadlineMs: 60_000,
  refreshMs: 300_000,
  logLevel: 'info',
  meshProxies: [
    'istio-proxy',
    'linkerd-proxy',
    'kuma-sidecar',
    'consul-dataplane',
    'envoy-sidecar',
  ],
};
