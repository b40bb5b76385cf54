import { describe, expect, it } from '@jest/globals';
import { maxPlanLength, type AgentPlan } from '#core/injection/agent-plan.ts';
import { parseAgentPlan } from '#core/injection/parse-agent-plan.ts';
import { aPlan, aPlanFile, aPlanStore, aPlanVariable } from '#test/support/agent/a-plan.ts';
import { expectCode } from '#test/support/expect-code.ts';

const plan = aPlan({
  files: [aPlanFile({ path: 'app/config.json', template: '{{ 1 }}', reference: null })],
  variables: [aPlanVariable()],
  envVia: 'shell',
  envPath: '/run/secrets/mayfly-env/env',
  onChange: { kind: 'signal', signal: 'SIGHUP' },
});

function withField(path: string, value: unknown): string {
  const copy: unknown = structuredClone(plan);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const owner = keys.reduce<unknown>((at, key) => Reflect.get(Object(at), key), copy);
  Reflect.set(Object(owner), last, value);
  return JSON.stringify(copy);
}

describe('parseAgentPlan', () => {
  it('reads what was written, in however many parts', () => {
    const text = JSON.stringify(plan);
    expect(parseAgentPlan([text])).toEqual(plan);
    expect(parseAgentPlan([text.slice(0, 7), text.slice(7, 300), text.slice(300)])).toEqual(plan);
  });

  it('reads a plan without variables and what may be absent', () => {
    const small: AgentPlan = aPlan({ stores: [aPlanStore({ ca: null })] });
    expect(parseAgentPlan([JSON.stringify(small)])).toEqual(small);
  });

  it.each([
    ['version', 2, 'plan.version'],
    ['version', '1', 'plan.version'],
    ['stores', {}, 'plan.stores'],
    ['stores', Array.from({ length: 1001 }, () => null), 'plan.stores'],
    ['stores.0', 'vault', 'plan.stores[0]'],
    ['stores.0.name', '', 'plan.stores[0].name'],
    ['stores.0.name', 'a\0b', 'plan.stores[0].name'],
    ['stores.0.provider', 'aws', 'plan.stores[0].provider'],
    ['stores.0.address', 'http://vault', 'plan.stores[0].address'],
    ['stores.0.address', 'https://vault/path', 'plan.stores[0].address'],
    ['stores.0.pathPrefix', '', 'plan.stores[0].pathPrefix'],
    ['stores.0.login', null, 'plan.stores[0].login'],
    ['stores.0.login.method', 'token', 'plan.stores[0].login.method'],
    ['stores.0.login.token', 'x', 'plan.stores[0].login.token'],
    ['stores.0.tokenPath', 'token', 'plan.stores[0].tokenPath'],
    ['files.0.path', '../out', 'plan.files[0].path'],
    ['files.0.path', '/etc/passwd', 'plan.files[0].path'],
    ['files.0.path', 'a//b', 'plan.files[0].path'],
    ['files.0.path', '..data', 'plan.files[0].path'],
    ['files.0.store', 'other', 'plan.files[0].store'],
    ['files.0.format', 'xml', 'plan.files[0].format'],
    ['files.0.mode', 0o1777, 'plan.files[0].mode'],
    ['files.0.mode', 1.5, 'plan.files[0].mode'],
    ['files.0.extra', 1, 'plan.files[0].extra'],
    ['variables.0.key', '1A', 'plan.variables[0].key'],
    ['variables.0.key', "A'", 'plan.variables[0].key'],
    ['variables.0.optional', 'yes', 'plan.variables[0].optional'],
    ['envVia', 'etcd', 'plan.envVia'],
    ['filesPath', '/run/../etc', 'plan.filesPath'],
    ['envPath', 5, 'plan.envPath'],
    ['envPath', null, 'plan.envPath'],
    ['onChange.kind', 'reload', 'plan.onChange.kind'],
    ['onChange.signal', 'HUP; rm', 'plan.onChange.signal'],
    ['refreshMs', 0, 'plan.refreshMs'],
    ['deadlineMs', Number.MAX_SAFE_INTEGER, 'plan.deadlineMs'],
    ['logLevel', 'trace', 'plan.logLevel'],
    ['surprise', true, 'plan.surprise'],
  ])('refuses %s of %j and names the field', async (path, value, field) => {
    const text = withField(path, value);
    const error = await expectCode(() => parseAgentPlan([text]), 'MAYFLY_AGENT_PLAN');
    expect(error.message).toBe(`the plan of the agent is wrong at ${field}`);
  });

  it('takes the restart of a pod', () => {
    const text = JSON.stringify(aPlan({ onChange: { kind: 'restart' } }));
    expect(parseAgentPlan([text]).onChange).toEqual({ kind: 'restart' });
  });

  it('refuses a plan with nothing to do', async () => {
    const idle = JSON.stringify(aPlan({ files: [] }));
    const error = await expectCode(() => parseAgentPlan([idle]), 'MAYFLY_AGENT_PLAN');
    expect(error.message).toContain('plan.files');
  });

  it('never quotes what is no JSON, or too long', async () => {
    const broken = await expectCode(() => parseAgentPlan(['{"stores":']), 'MAYFLY_AGENT_PLAN');
    expect(broken.message).toBe('the plan of the agent is wrong at its JSON');
    const long = ' '.repeat(maxPlanLength + 1);
    await expectCode(() => parseAgentPlan([long]), 'MAYFLY_AGENT_PLAN');
  });
});
