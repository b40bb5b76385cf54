import { describe, expect, it } from '@jest/globals';
import { listWork } from '#core/agent/list-work.ts';
import { aPlan, aPlanFile, aPlanStore, aPlanVariable } from '#test/support/agent/a-plan.ts';
import { expectCode } from '#test/support/expect-code.ts';

const stores = [aPlanStore(), aPlanStore({ name: 'cluster/other' })];

describe('listWork', () => {
  it('lists each path and version once', () => {
    const template = [
      '{{ with secret "secret/data/shop" }}{{ .Data.data.a }}{{ end }}',
      '{{ with secret "secret/data/shop?version=3" }}{{ .Data.data.a }}{{ end }}',
      '{{ with secret "cluster/other:kv/a%23b" }}{{ .Data.a }}{{ end }}',
    ].join('');
    const files = [
      aPlanFile(),
      aPlanFile({ reference: 'vault:secret/data/shop#user' }),
      aPlanFile({ reference: null, template }),
    ];
    const { reads } = listWork(aPlan({ stores, files, variables: [aPlanVariable()] }));
    expect(reads.map(({ store, path, version }) => [store, path, version])).toEqual([
      ['vault', 'secret/data/shop', null],
      ['vault', 'secret/data/shop', '3'],
      ['cluster/other', 'kv/a#b', null],
    ]);
  });

  it('needs what anything but an optional variable asks for', () => {
    const optional = aPlanVariable({ reference: 'vault:a#b', optional: true });
    const firstNeeded = aPlan({
      files: [aPlanFile({ reference: 'vault:a#c' })],
      variables: [optional],
    });
    expect(listWork(firstNeeded).reads.map(({ isRequired }) => isRequired)).toEqual([true]);
    const alone = aPlan({ files: [], variables: [optional], envPath: '/env' });
    expect(listWork(alone).reads.map(({ isRequired }) => isRequired)).toEqual([false]);
    const laterNeeded = aPlan({
      files: [],
      variables: [optional, aPlanVariable({ reference: 'vault:a#c' })],
    });
    expect(listWork(laterNeeded).reads.map(({ isRequired }) => isRequired)).toEqual([true]);
  });

  it.each([
    [
      'a file',
      aPlan({ files: [aPlanFile({ reference: 'no reference' })] }),
      'plan.files[0].reference',
    ],
    [
      'an unknown store',
      aPlan({ files: [aPlanFile({ reference: 'x:a#b' })] }),
      'plan.files[0].reference',
    ],
    [
      'a variable',
      aPlan({ variables: [aPlanVariable({ reference: '#' })] }),
      'plan.variables[0].reference',
    ],
    [
      'a template',
      aPlan({
        files: [aPlanFile({ reference: null, template: '{{ with secret "x:a" }}{{ end }}' })],
      }),
      'plan.files[0].template',
    ],
  ])('names the field of %s', async (_, plan, field) => {
    const error = await expectCode(() => listWork(plan), 'MAYFLY_AGENT_PLAN');
    expect(error.message).toContain(field);
  });
});
