import { createError } from '../errors/mayfly-error.ts';
import {
  fileFormats,
  maxPlanLength,
  type AgentPlan,
  type PlanChange,
  type PlanFile,
  type PlanStore,
  type PlanVariable,
} from './agent-plan.ts';
import { readPlanObject, type PlanObject } from './plan-object.ts';

/**
 * Reads the plan as the webhook wrote it, from its parts in their order. Throws `MAYFLY_AGENT_PLAN`, which names the
 * first field that is missing, unknown or not as it should be. Written by hand because the agent must stay small.
 */
export function parseAgentPlan(parts: readonly string[]): AgentPlan {
  const plan = readPlanObject(parseJson(parts.join('')), 'plan', planFields);
  if (plan.number('version') !== 1) throw plan.wrong('version');
  const stores = plan.list('stores', parseStore);
  const names = new Set(stores.map(({ name }) => name));
  const files = plan.list('files', (value, field) => parseFile(value, field, names));
  const variables = plan.list('variables', parseVariable);
  const envPath = plan.orNull('envPath', () => plan.absolute('envPath'));
  if (files.length + variables.length === 0) throw plan.wrong('files');
  if (variables.length > 0 && envPath === null) throw plan.wrong('envPath');
  return {
    version: 1,
    stores,
    files,
    variables,
    envVia: plan.word('envVia', ['file', 'shell']),
    filesPath: plan.absolute('filesPath'),
    envPath,
    envMode: plan.mode('envMode'),
    onChange: parseChange(plan.value('onChange'), plan.nameOf('onChange')),
    refreshMs: plan.duration('refreshMs'),
    deadlineMs: plan.duration('deadlineMs'),
    logLevel: plan.word('logLevel', ['debug', 'info', 'warn', 'error']),
  };
}

const planFields = [
  'version',
  'stores',
  'files',
  'variables',
  'envVia',
  'filesPath',
  'envPath',
  'envMode',
  'onChange',
  'refreshMs',
  'deadlineMs',
  'logLevel',
] as const satisfies readonly (keyof AgentPlan)[];

function parseJson(text: string): unknown {
  if (text.length > maxPlanLength) throw createError('MAYFLY_AGENT_PLAN', { field: 'its length' });
  try {
    return JSON.parse(text);
  } catch {
    throw createError('MAYFLY_AGENT_PLAN', { field: 'its JSON' });
  }
}

const storeFields = [
  'name',
  'provider',
  'address',
  'pathPrefix',
  'storeNamespace',
  'ca',
  'serverName',
  'login',
  'tokenPath',
] as const satisfies readonly (keyof PlanStore)[];

function parseStore(value: unknown, field: string): PlanStore {
  const store = readPlanObject(value, field, storeFields);
  const login = readPlanObject(store.value('login'), store.nameOf('login'), [
    'method',
    'mount',
    'role',
  ]);
  const address = store.text('address');
  if (!/^https:\/\/[^\s/]{1,300}$/u.test(address)) throw store.wrong('address');
  return {
    name: store.text('name'),
    provider: store.word('provider', ['vault']),
    address,
    pathPrefix: store.orNull('pathPrefix', () => store.text('pathPrefix')),
    storeNamespace: store.orNull('storeNamespace', () => store.text('storeNamespace')),
    ca: store.orNull('ca', () => store.text('ca')),
    serverName: store.orNull('serverName', () => store.text('serverName')),
    login: {
      method: login.word('method', ['kubernetes', 'jwt']),
      mount: login.text('mount'),
      role: login.text('role'),
    },
    tokenPath: store.absolute('tokenPath'),
  };
}

const fileFields = [
  'name',
  'path',
  'reference',
  'template',
  'store',
  'format',
  'mode',
] as const satisfies readonly (keyof PlanFile)[];

function parseFile(value: unknown, field: string, stores: ReadonlySet<string>): PlanFile {
  const file = readPlanObject(value, field, fileFields);
  const store = file.text('store');
  if (!stores.has(store)) throw file.wrong('store');
  return {
    name: file.text('name'),
    path: parsePath(file),
    reference: file.orNull('reference', () => file.text('reference')),
    template: file.orNull('template', () => file.text('template')),
    store,
    format: file.word('format', fileFormats),
    mode: file.mode('mode'),
  };
}

/** Two dots at its beginning are the agent's own names, and those of the kubelet. */
function parsePath(file: PlanObject<keyof PlanFile>): string {
  const path = file.text('path');
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part.startsWith('..'))) {
    throw file.wrong('path');
  }
  return path;
}

const variableFields = [
  'key',
  'variable',
  'reference',
  'optional',
] as const satisfies readonly (keyof PlanVariable)[];

function parseVariable(value: unknown, field: string): PlanVariable {
  const variable = readPlanObject(value, field, variableFields);
  const key = variable.text('key');
  if (!/^[A-Za-z_]\w{0,299}$/u.test(key)) throw variable.wrong('key');
  return {
    key,
    variable: variable.text('variable'),
    reference: variable.text('reference'),
    optional: variable.boolean('optional'),
  };
}

function parseChange(value: unknown, field: string): PlanChange {
  const change = readPlanObject(value, field, ['kind', 'signal']);
  const kind = change.word('kind', ['none', 'signal', 'restart']);
  if (kind !== 'signal') return { kind };
  const signal = change.text('signal');
  if (!/^SIG[A-Z0-9]{2,10}$/u.test(signal)) throw change.wrong('signal');
  return { kind, signal };
}
