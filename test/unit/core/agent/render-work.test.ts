import { describe, expect, it } from '@jest/globals';
import { listWork, type AgentWork } from '#core/agent/list-work.ts';
import { renderEnvironment, renderFile, type HeldSecrets } from '#core/agent/render-work.ts';
import type { PlanFile, PlanVariable } from '#core/injection/agent-plan.ts';
import type { StoredSecret } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretMap, type SecretNode } from '#core/secret/secret-tree.ts';
import { aPlan, aPlanFile, aPlanVariable } from '#test/support/agent/a-plan.ts';
import { expectCode } from '#test/support/expect-code.ts';

function value(text: string): SecretNode {
  return { kind: 'value', type: 'str', bytes: SecretBytes.take(Buffer.from(text)) };
}

const fields: SecretMap = {
  kind: 'map',
  entries: [
    { kind: 'entry', key: 'password', value: value('open') },
    { kind: 'entry', key: 'nothing', value: { kind: 'null' } },
    { kind: 'entry', key: 'tree', value: { kind: 'list', items: [value('a')] } },
  ],
};
const secret: StoredSecret = { fields, version: '4', lease: null, wipe: () => wipeTree(fields) };

function workOf(files: readonly PlanFile[], variables: readonly PlanVariable[] = []): AgentWork {
  return listWork(aPlan({ files, variables, envPath: '/env' }));
}

function hold({ reads }: AgentWork): HeldSecrets {
  return new Map(reads.filter(({ path }) => !path.includes('none')).map(({ id }) => [id, secret]));
}

function fileOf(given: Partial<PlanFile>): string {
  const work = workOf([aPlanFile(given)]);
  const [file] = work.files;
  if (file === undefined) return '';
  return Buffer.from(renderFile(file, hold(work)).expose()).toString('utf8');
}

function environmentOf(...variables: readonly PlanVariable[]): string {
  const work = workOf([], variables);
  const file = renderEnvironment(work.variables, 'file', hold(work));
  return Buffer.from(file.expose()).toString('utf8');
}

describe('renderFile', () => {
  it.each([
    ['one value', { reference: 'vault:a#password' }, 'open'],
    [
      'one value as JSON',
      { reference: 'vault:a#password', format: 'json' },
      '{"password":"open"}\n',
    ],
    [
      'everything',
      { reference: 'vault:a', format: 'json' },
      '{"password":"open","nothing":null,"tree":["a"]}\n',
    ],
    [
      'a template over its own fields',
      { reference: 'vault:a', template: '<{{ .password }}>' },
      '<open>',
    ],
    [
      'a template over its own value',
      { reference: 'vault:a#password', template: '<{{ . }}>' },
      '<open>',
    ],
    [
      'a template that reads',
      { reference: null, template: '{{ with secret "a" }}{{ .Data.data.password }}{{ end }}' },
      'open',
    ],
  ] as const)('makes %s', (_, given, text) => {
    expect(fileOf(given)).toBe(text);
  });

  it.each([
    ['a key that is not there', { reference: 'vault:a#absent' }, 'MAYFLY_AGENT_KEY_MISSING'],
    ['what was not found', { reference: 'vault:none#password' }, 'MAYFLY_AGENT_KEY_MISSING'],
    ['neither reference nor template', { reference: null }, 'MAYFLY_AGENT_PLAN'],
  ] as const)('refuses %s', async (_, given, code) => {
    await expectCode(() => fileOf(given), code);
  });
});

describe('renderEnvironment', () => {
  it('leaves out what is optional and has no value', () => {
    const optional = ['vault:a#nothing', 'vault:a#absent', 'vault:none#x'].map((reference, index) =>
      aPlanVariable({ key: `V${index}`, reference, optional: true }),
    );
    const needed = aPlanVariable({ reference: 'vault:a#password' });
    expect(environmentOf(...optional, needed)).toBe("PASSWORD='open'\n");
  });

  it.each([
    ['a key that is not there', 'vault:a#absent', 'MAYFLY_AGENT_KEY_MISSING'],
    ['a key without a value', 'vault:a#nothing', 'MAYFLY_FORMAT_VARIABLE_EMPTY'],
    ['a list', 'vault:a#tree', 'MAYFLY_AGENT_NOT_ONE_VALUE'],
    ['everything', 'vault:a', 'MAYFLY_AGENT_NOT_ONE_VALUE'],
  ] as const)('refuses %s', async (_, reference, code) => {
    await expectCode(() => environmentOf(aPlanVariable({ reference })), code);
  });
});
