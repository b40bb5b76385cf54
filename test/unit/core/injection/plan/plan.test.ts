import { describe, expect, it } from '@jest/globals';
import { parseAnnotations } from '#core/injection/annotations/parse-annotations.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import { checkPlan } from '#core/injection/plan/check-plan.ts';
import { decideAccess } from '#core/injection/plan/decide-access.ts';
import { decidePlace } from '#core/injection/plan/decide-place.ts';
import { decidePlan, renderPlan } from '#core/injection/plan/decide-plan.ts';
import { decideResources } from '#core/injection/plan/decide-resources.ts';
import { decideVariables } from '#core/injection/plan/decide-variables.ts';
import type { InjectionPlan } from '#core/injection/plan/injection-plan.ts';
import { renderOwnMounts } from '#core/injection/plan/own-mounts.ts';
import { decideStores, tokenFile } from '#core/injection/plan/plan-stores.ts';
import type { Pod } from '#core/injection/pod/pod-schema.ts';
import {
  aBroker,
  aContainer,
  aContext,
  aGitStore,
  aPod,
  aVaultStore,
} from '#test/support/pods/build-pod.ts';

function plan(pod: Pod, context: InjectionContext = aContext()): InjectionPlan {
  const { value: request } = parseAnnotations(pod.metadata?.annotations ?? {}, 'cluster/vault');
  return decidePlan(pod, { request, references: [], earlier: null }, context).value;
}

describe('who may read the files', () => {
  const [own, other] = [1000, 2000].map((runAsUser) =>
    aContainer('a', { securityContext: { runAsUser } }),
  );
  const readers = [own, other].flatMap((each) => each ?? []);

  it.each([
    {
      when: 'all share a uid',
      uid: 1000,
      group: undefined,
      count: 1,
      answer: ['sharedUid', 1000, 0o400, 0o400],
    },
    {
      when: 'they differ',
      uid: undefined,
      group: undefined,
      count: 2,
      answer: ['everybody', 65_532, 0o444, 0o004],
    },
    {
      when: 'the pod has a group',
      uid: undefined,
      group: 5,
      count: 2,
      answer: ['fsGroup', 65_532, 0o440, 0o040],
    },
    { when: 'it has both', uid: 1000, group: 5, count: 1, answer: ['fsGroup', 1000, 0o440, 0o400] },
    {
      when: 'nobody says',
      uid: undefined,
      group: undefined,
      count: 0,
      answer: ['everybody', 65_532, 0o444, 0o004],
    },
  ])('is decided when $when', ({ group, count, answer }) => {
    const pod = aPod({}, group === undefined ? {} : { securityContext: { fsGroup: group } });
    const { kind, uid, mode, readBit } = decideAccess(pod, readers.slice(0, count));
    expect([kind, uid, mode, readBit]).toEqual(answer);
  });

  it('is everybody in a pod that runs as root', () => {
    const pod = aPod({}, { securityContext: { runAsUser: 0 } });
    expect(decideAccess(pod, [aContainer('a')])).toMatchObject({ kind: 'everybody', uid: 65_532 });
  });
});

describe('the place of the agent', () => {
  const proxies = ['istio-proxy'];
  const native = aContainer('istio-proxy', { restartPolicy: 'Always' });
  const list = [aContainer('istio-init'), native, aContainer('migrate')];

  it('is behind a proxy that runs beside, before the rest', () => {
    expect(decidePlace(list, 'before', proxies)).toBe(2);
    expect(decidePlace([aContainer('istio-init')], 'before', proxies)).toBe(0);
    expect(decidePlace(list, 'first', proxies)).toBe(0);
    expect(decidePlace(list, 'after', proxies)).toBe(3);
  });
});

describe('the resources of the agent', () => {
  const defaults = {
    requests: { cpu: '10m', memory: '32Mi' },
    limits: { cpu: '500m', memory: '128Mi' },
  };
  const asking = (annotations: Record<string, string>): ReturnType<typeof decideResources> =>
    decideResources(parseAnnotations(annotations, null).value, defaults, false);

  it('are those of the administrator, and equal in a Guaranteed pod', () => {
    const { value } = parseAnnotations({}, null);
    expect(decideResources(value, defaults, false)).toEqual(defaults);
    expect(decideResources(value, defaults, true)).toEqual({
      requests: defaults.limits,
      limits: defaults.limits,
    });
  });

  it('follow the annotations without a request over its limit', () => {
    expect(asking({ 'mayfly.dev/resources.limits.memory': '16Mi' })).toMatchObject({
      requests: { memory: '16Mi' },
      limits: { memory: '16Mi' },
    });
    expect(asking({ 'mayfly.dev/resources.requests.cpu': '1' })).toMatchObject({
      requests: { cpu: '1' },
      limits: { cpu: '1' },
    });
  });
});

describe('variables', () => {
  const reference = { store: 'vault', path: 'kv/a', key: 'k', version: null };
  const { value: request } = parseAnnotations({}, null);
  const containers = [aContainer('a'), aContainer('b')];
  const asked = { request, scope: [], containers, envVia: 'file' as const };

  it('share a key where they are equal and have their own where not', () => {
    const references = [
      { container: 'a', variable: 'X', reference, entry: 0 },
      { container: 'b', variable: 'X', reference, entry: 0 },
      { container: 'b', variable: 'Y', reference, entry: 1 },
      { container: 'b', variable: 'X', reference: { ...reference, path: 'kv/b' }, entry: 2 },
    ];
    const { plan: variables, deliveries } = decideVariables({ ...asked, references }).value;
    expect(variables.map(({ key }) => key)).toEqual(['X', 'Y', 'MAYFLY_ENV_2']);
    expect(deliveries.get('b')?.map(({ key }) => key)).toEqual(['X', 'Y', 'MAYFLY_ENV_2']);
  });

  it('never bear the name of a variable where a shell reads them', () => {
    const references = [{ container: 'a', variable: 'PATH', reference, entry: 0 }];
    const shell = decideVariables({ ...asked, references, envVia: 'shell' });
    expect(shell.value.plan.map(({ key }) => key)).toEqual(['MAYFLY_ENV_0']);
    expect(shell.errors.map(({ code }) => code)).toEqual(['MAYFLY_POD_ENV_COMMAND']);
  });
});

describe('the stores of a pod', () => {
  it('each have a token of their own, made for them alone, and a role of the pod', () => {
    const context = aContext({ stores: [aVaultStore('cluster/vault', { audience: 'vault' })] });
    const { value } = decideStores(['cluster/vault', 'cluster/vault'], context, 'web');
    expect(value).toMatchObject([
      {
        audience: 'vault',
        store: {
          name: 'cluster/vault',
          login: { role: 'shop-web' },
          tokenPath: '/var/run/secrets/mayfly.dev/tokens/cluster/vault',
        },
      },
    ]);
    expect(tokenFile('cluster')).toBe('store/cluster');
  });

  it('are refused where they are missing, another namespace’s, or not for pods', () => {
    const own = { ...aVaultStore('vault'), namespace: 'shop', namespaceSelector: null };
    const broker = { ...own, name: 'kube', provider: { kind: 'kubernetes' as const } };
    const asleep = { ...aVaultStore('cluster/asleep'), suspend: true };
    const context = aContext({ stores: [own, broker, asleep] });
    const { errors } = decideStores(['vault', 'kube', 'cluster/asleep', 'none'], context, 'web');
    expect(errors.map(({ code }) => code)).toEqual([
      'MAYFLY_TENANCY_STORE_SUSPENDED',
      'MAYFLY_POD_STORE_UNUSABLE',
      'MAYFLY_POD_STORE_UNKNOWN',
      'MAYFLY_TENANCY_STORE_ADDRESS',
    ]);
  });

  it('that the broker serves are read there, by the policy that they name', () => {
    const stores = [aGitStore(), aGitStore('mute', { policy: null })];
    const context = aContext({ stores, settings: { broker: aBroker } });
    const { value, errors } = decideStores(['repo', 'mute'], context, 'web');
    expect(errors.map(({ code }) => code)).toEqual(['MAYFLY_POD_STORE_POLICY']);
    expect(value).toEqual([
      {
        audience: aBroker.audience,
        store: {
          name: 'repo',
          provider: 'vault',
          address: aBroker.address,
          pathPrefix: 'repo/data',
          storeNamespace: null,
          ca: aBroker.ca,
          serverName: null,
          login: { method: 'jwt', mount: 'jwt', role: 'shop/web' },
          tokenPath: '/var/run/secrets/mayfly.dev/tokens/store/repo',
        },
      },
    ]);
  });
});

describe('the plan of a pod', () => {
  it('holds what the agent is told', () => {
    const { agent } = plan(
      aPod({ inject: 'sidecar', 'secret.db': 'kv/db', 'env.DB': 'kv/db#u', ttl: '1h' }),
      aContext({ settings: { envVia: 'file' } }),
    );
    expect(agent).toMatchObject({
      files: [{ path: 'db', reference: 'cluster/vault:kv/db', mode: 0o444 }],
      variables: [{ key: 'DB', reference: 'cluster/vault:kv/db#u', optional: false }],
      envPath: '/run/secrets/mayfly-env/env',
      envMode: 0o400,
      refreshMs: 3_600_000,
    });
  });

  it('is written without a dollar sign, for the kubelet would read it', () => {
    const { agent } = plan(aPod({ 'template.a': 'costs $(PRICE) $$5' }));
    const text = renderPlan(agent);
    expect(text).not.toContain('$');
    expect(JSON.parse(text)).toEqual(agent);
  });

  it('is checked against the pod', () => {
    const pod = aPod({ 'secret.db': 'kv/db', containers: 'nobody' });
    const { value: request } = parseAnnotations(pod.metadata?.annotations ?? {}, 'cluster/vault');
    const { settings } = aContext();
    expect(checkPlan(pod, plan(pod), { request, settings }).map(({ code }) => code)).toEqual([
      'MAYFLY_POD_CONTAINER_UNKNOWN',
    ]);
  });
});

describe('what a container mounts of ours', () => {
  const files = { name: 'mayfly-files', mountPath: '/run/secrets/mayfly', readOnly: true };
  const env = { name: 'mayfly-env', mountPath: '/run/secrets/mayfly-env', readOnly: true };

  function mountsOf(envVia: 'file' | 'shell', container = 'app'): unknown {
    const command = ['/bin/app'];
    const pod = aPod(
      { 'secret.db': 'kv/db', 'env.KEY': 'kv/db#key', containers: 'app' },
      { containers: [aContainer('app', { command }), aContainer('other')] },
    );
    return renderOwnMounts(container, plan(pod, aContext({ settings: { envVia } })));
  }

  it('is the folder of its files, and that of its variables where a shell reads them', () => {
    expect(mountsOf('file')).toEqual([files]);
    expect(mountsOf('shell')).toEqual([files, env]);
  });

  it('is nothing where it gets neither', () => {
    expect(mountsOf('shell', 'other')).toEqual([]);
  });
});
