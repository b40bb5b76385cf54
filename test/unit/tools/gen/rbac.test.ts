import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import {
  renderAccounts,
  renderFeature,
  renderRbac,
  renderTenantBindings,
} from '#tools/gen/rbac/render-rbac.ts';
import { brokerRoles } from '#tools/gen/rbac/broker-roles.ts';
import { personRoles } from '#tools/gen/rbac/person-roles.ts';
import { featureRoles } from '#tools/gen/rbac/feature-roles.ts';
import { accountRoles } from '#tools/gen/rbac/roles.ts';

const accounts = [...accountRoles, ...brokerRoles];
const rules = [
  ...accounts.flatMap(({ tenants, cluster, own }) => [...tenants, ...cluster, ...own]),
  ...featureRoles.flatMap((feature) => feature.rules),
  ...personRoles.flatMap((person) => person.rules),
];

function read(text: string): readonly unknown[] {
  return parseAllDocuments(text).map((document) => {
    const value: unknown = document.toJS();
    return value;
  });
}

describe('the rights in a cluster', () => {
  it('each say what they are for, and none is for everything', () => {
    for (const { why, verbs, resources, group } of rules) {
      expect(why).toMatch(/\w{3}/u);
      expect([...verbs, ...resources, group]).not.toContain('*');
    }
  });

  it('let nobody act as anybody, escalate, bind or run', () => {
    const verbs = new Set(rules.flatMap((rule) => rule.verbs));
    for (const verb of ['escalate', 'bind', 'approve', 'sign']) {
      expect(verbs).not.toContain(verb);
    }
    const acting = rules.filter((rule) => rule.verbs.includes('impersonate'));
    expect(acting).toMatchObject([
      { resources: ['userextras/mayfly.dev/writer'], names: ['mayfly'], verbs: ['impersonate'] },
    ]);
    expect(rules.flatMap(({ resources }) => resources)).not.toContain('pods/exec');
  });

  it('let the sweeper delete Secrets and do nothing else with them', () => {
    const sweep = accountRoles.find(({ account }) => account === 'mayfly-sweep');
    const all = [...(sweep?.tenants ?? []), ...(sweep?.cluster ?? []), ...(sweep?.own ?? [])];
    const onSecrets = all.filter(({ resources }) => resources.includes('secrets'));
    expect(onSecrets.map(({ verbs }) => verbs)).toEqual([['delete']]);
  });

  it('let the broker and its certificates have Secrets, ConfigMaps and tokens by name alone', () => {
    const wide = [...brokerRoles, ...featureRoles.filter(({ name }) => name === 'broker-stores')]
      .flatMap((role) =>
        'rules' in role ? role.rules : [...role.tenants, ...role.cluster, ...role.own],
      )
      .filter(({ group, names }) => group === '' && names === undefined);
    expect(wide).toMatchObject([{ resources: ['namespaces'], verbs: ['get', 'list', 'watch'] }]);
    const writes = brokerRoles
      .filter(({ account }) => account === 'mayfly-broker')
      .flatMap(({ tenants, cluster, own }) => [...tenants, ...cluster, ...own])
      .filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)));
    expect(writes).toMatchObject([{ resources: ['tokenreviews'], verbs: ['create'] }]);
    const discovery = { nonResourceURLs: ['/.well-known/openid-configuration', '/openid/v1/jwks'] };
    expect(read(renderAccounts(brokerRoles))).toContainEqual(
      expect.objectContaining({
        kind: 'ClusterRole',
        metadata: { name: 'mayfly-broker-cluster' },
        rules: expect.arrayContaining([{ ...discovery, verbs: ['get'] }]),
      }),
    );
  });

  it('are bound to the service account that has them', () => {
    const subjects = [{ kind: 'ServiceAccount', name: 'mayfly-sweep', namespace: 'mayfly-system' }];
    const binding = { kind: 'ClusterRoleBinding', metadata: { name: 'mayfly-sweep' }, subjects };
    expect(read(renderRbac())).toContainEqual(expect.objectContaining(binding));
    const inTenants = { kind: 'RoleBinding', metadata: { name: 'mayfly-sweep' }, subjects };
    expect(read(renderTenantBindings())).toContainEqual(expect.objectContaining(inTenants));
  });

  it('of a feature are bound apart from the others', () => {
    const [feature] = featureRoles;
    if (feature === undefined) throw new Error('there is a feature');
    expect(read(renderFeature(feature))).toMatchObject([
      { kind: 'ClusterRole', metadata: { name: 'mayfly-controller-while-in-use' } },
      { kind: 'ClusterRoleBinding', roleRef: { name: 'mayfly-controller-while-in-use' } },
    ]);
  });
});
