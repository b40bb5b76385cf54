import type { AgentPlan, PlanFile, PlanStore, PlanVariable } from '#core/injection/agent-plan.ts';

/** A plan of one store and one file, but for what is given. */
export function aPlan(given: Partial<AgentPlan> = {}): AgentPlan {
  return {
    version: 1,
    stores: [aPlanStore()],
    files: [aPlanFile()],
    variables: [],
    envVia: 'file',
    filesPath: '/run/secrets/mayfly',
    envPath: null,
    envMode: 0o400,
    onChange: { kind: 'none' },
    refreshMs: 300_000,
    deadlineMs: 60_000,
    logLevel: 'info',
    ...given,
  };
}

export function aPlanStore(given: Partial<PlanStore> = {}): PlanStore {
  return {
    name: 'vault',
    provider: 'vault',
    address: 'https://vault.example:8200',
    pathPrefix: null,
    storeNamespace: null,
    ca: '-----BEGIN CERTIFICATE-----',
    serverName: null,
    login: { method: 'kubernetes', mount: 'kubernetes', role: 'shop' },
    tokenPath: '/var/run/secrets/mayfly/vault/token',
    ...given,
  };
}

export function aPlanFile(given: Partial<PlanFile> = {}): PlanFile {
  return {
    name: 'password',
    path: 'password',
    reference: 'vault:secret/data/shop#password',
    template: null,
    store: 'vault',
    format: 'raw',
    mode: 0o440,
    ...given,
  };
}

export function aPlanVariable(given: Partial<PlanVariable> = {}): PlanVariable {
  return {
    key: 'PASSWORD',
    variable: 'PASSWORD',
    reference: 'vault:secret/data/shop#password',
    optional: false,
    ...given,
  };
}
