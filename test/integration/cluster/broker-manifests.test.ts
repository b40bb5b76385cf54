import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { applyManifests } from '#test/support/webhook/webhook-on-cluster.ts';
import { brokerRoles } from '#tools/gen/rbac/broker-roles.ts';
import { featureRoles } from '#tools/gen/rbac/feature-roles.ts';
import { ownNamespace, type RoleRule } from '#tools/gen/rbac/roles.ts';

const long = 120_000;

interface Right {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What everybody may who is known to the API server. */
const everybodys = /^self/u;

function userOf(account: string): string {
  return `system:serviceaccount:${ownNamespace}:${account}`;
}

function toRight({ group, resources, names, verbs }: RoleRule): Right {
  const named = names === undefined ? {} : { resourceNames: names };
  return { apiGroups: [group], resources, ...named, verbs };
}

/** Each right by itself, in one order, so that two lists can be compared. */
function listRights(rights: readonly Right[]): readonly string[] {
  return rights
    .flatMap(({ apiGroups, resources, resourceNames = ['*'], verbs }) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) =>
          verbs.map((verb) => `${verb} ${resource}.${apiGroups.join()} ${name}`),
        ),
      ),
    )
    .filter((right) => !everybodys.test(right.split(' ')[1] ?? ''))
    .toSorted();
}

const components = ['webhook', 'broker', 'broker-stores'] as const;
const users = brokerRoles.map(({ account }) => userOf(account));

await describeWithCluster(
  'the manifests of the broker',
  { users, controllers: true },
  (cluster) => {
    beforeAll(async () => {
      await applyManifests(cluster(), components);
      await cluster().kubectl(['create', 'namespace', 'shop']);
    }, long);

    async function rightsOf(account: string, namespace: string): Promise<readonly string[]> {
      const kind = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview' };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
      const asked = { path, body: { ...kind, spec: { namespace } }, user: userOf(account) };
      const { body } = await cluster().request(asked);
      const { status } = body as { readonly status: { readonly resourceRules: readonly Right[] } };
      return listRights(status.resourceRules);
    }

    it.each(brokerRoles)('give $account what the table says and nothing else', async (role) => {
      const { account, tenants, cluster: everywhere, own } = role;
      const feature = featureRoles.filter((each) => each.account === account);
      const rules = [...tenants, ...everywhere, ...feature.flatMap((each) => each.rules)];
      expect(await rightsOf(account, 'shop')).toEqual(listRights(rules.map(toRight)));
      const inOwn = [...rules, ...own].map(toRight);
      expect(await rightsOf(account, ownNamespace)).toEqual(listRights(inOwn));
    });

    it('let the broker ask for the keys of the API server', async () => {
      for (const path of ['/.well-known/openid-configuration', '/openid/v1/jwks']) {
        const [user = ''] = users;
        expect((await cluster().request({ path, user })).status).toBe(200);
      }
    });

    it(
      'are what the API server takes, with several brokers too, and without a webhook',
      async () => {
        for (const chosen of [
          [...components, 'broker-replicas'],
          ['broker'],
          ['broker', 'broker-replicas'],
        ]) {
          const rendered = await render(chosen);
          const dryRun = ['--dry-run=server', '--validate=strict', '--force-conflicts', '-f', '-'];
          const apply = ['apply', '--server-side', ...dryRun];
          const applied = await cluster().kubectl(apply, { stdin: rendered });
          const kind = chosen.includes('broker-replicas') ? 'statefulset' : 'deployment';
          expect(applied).toContain(`${kind}.apps/mayfly-broker serverside-applied`);
          expect(applied.includes('deployment.apps/mayfly-webhook')).toBe(
            chosen.includes('webhook'),
          );
        }
      },
      long,
    );

    async function render(chosen: readonly string[]): Promise<string> {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'mayfly-kustomize-')));
      const pathOf = (to: string): string => relative(folder, join(root, 'manifests', to));
      const kustomization = {
        apiVersion: 'kustomize.config.k8s.io/v1beta1',
        kind: 'Kustomization',
        resources: [pathOf('base')],
        components: chosen.map((component) => pathOf(`components/${component}`)),
      };
      try {
        await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
        return await cluster().kubectl(['kustomize', folder]);
      } finally {
        await rm(folder, { recursive: true });
      }
    }
  },
);
