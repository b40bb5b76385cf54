import fc from 'fast-check';
import type { Container, Pod } from '#core/injection/pod/pod-schema.ts';

const strict = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

const uids = fc.constantFrom(undefined, 0, 1000, 1001);
const keyedText = fc.constantFrom(
  'secret/data/db#user',
  'cluster/other:kv/app#token@2',
  'a%23b#p%40w',
);
const wholeText = fc.oneof(
  keyedText,
  fc.constantFrom('secret/data/db', 'cluster/other:kv/app', 'repo:app/db.yaml'),
);
const values = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('1', '$(HOST)', 'plain $$ text', '') },
  { weight: 2, arbitrary: keyedText.map((text) => `mayfly:${text}`) },
  { weight: 1, arbitrary: fc.constantFrom('vault:secret/data/db#user', 'vault:kv/app#a b#3') },
);

const environments = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('HOST', 'USER', 'PASS', 'TOKEN', 'MODE'), value: values }),
  { selector: ({ name }) => name, maxLength: 4 },
);

const mounts = fc.constantFrom([], [{ name: 'cache', mountPath: '/cache' }]);
const resources = fc.constantFrom(
  {},
  { limits: { cpu: '1', memory: '1Gi' } },
  { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
);

function containers(name: string): fc.Arbitrary<Container> {
  const parts = {
    env: fc.option(environments, { nil: undefined }),
    command: fc.constantFrom(undefined, ['/app'], ['/bin/sh', '-c', 'run']),
    volumeMounts: fc.option(mounts, { nil: undefined }),
    resources: fc.option(resources, { nil: undefined }),
    uid: uids,
    isStrict: fc.boolean(),
    restartPolicy: fc.constantFrom(undefined, undefined, 'Always'),
  };
  return fc.record(parts).map(({ uid, isStrict, ...fields }) => {
    const context = {
      ...(isStrict ? strict : {}),
      ...(uid === undefined ? {} : { runAsUser: uid }),
    };
    return toJson({ name, image: 'app', ...fields, securityContext: context }) as Container;
  });
}

const initNames = ['migrate', 'istio-init', 'istio-proxy', 'linkerd-proxy', 'log'];
const appNames = ['app', 'web', 'worker', 'istio-proxy'];

function groups(names: readonly string[], minLength: number): fc.Arbitrary<Container[]> {
  return fc
    .shuffledSubarray([...names], { minLength, maxLength: 3 })
    .chain((chosen) => fc.tuple(...chosen.map(containers)));
}

const annotationValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  inject: fc.constantFrom('init', 'sidecar', 'sidecar', 'sidecar'),
  'secret.db': wholeText,
  'secret.token': keyedText,
  'template.page': fc.constantFrom(
    '{{ with secret "kv/a" }}{{ .Data.user }} costs $5 $$(X){{ end }}',
    '{{ with secret "cluster/other:kv/a" }}{{ .Data.user }}{{ end }}',
  ),
  'mode.db': fc.constantFrom('0444', '440', '0400'),
  'format.db': fc.constantFrom('json', 'yaml', 'env'),
  'path.db': fc.constantFrom('conf/db.json', 'db'),
  'env.SECRET_A': keyedText,
  'env.USER': keyedText,
  'optional.SECRET_A': fc.constant('true'),
  containers: fc.constantFrom('app', 'app,web', 'migrate,app', 'nobody'),
  order: fc.constantFrom('before', 'after', 'first'),
  'on-change': fc.constantFrom('none', 'signal:HUP', 'restart'),
  ttl: fc.constantFrom('1m', '24h'),
  'files-path': fc.constantFrom('/run/secrets/mayfly', '/vault/secrets'),
  'resources.limits.memory': fc.constantFrom('64Mi', '1Gi'),
  'resources.requests.cpu': fc.constantFrom('5m', '1'),
  'log-level': fc.constantFrom('debug', 'warn'),
  typo: fc.constant('x'),
};
const rare = new Set(['typo', 'containers', 'optional.SECRET_A', 'on-change', 'ttl', 'mode.db']);

const annotations = fc
  .tuple(
    ...Object.entries(annotationValues).map(([name, arbitrary]) =>
      fc.option(
        arbitrary.map((value) => [`mayfly.dev/${name}`, value] as const),
        { freq: rare.has(name) ? 1 : 3, nil: null },
      ),
    ),
  )
  .map((entries) => Object.fromEntries(entries.filter((entry) => entry !== null)));

/** Pods of all kinds: meshes, uids, groups, resources and what they ask for; about half of them are injected. */
export const randomPods: fc.Arbitrary<Pod> = fc
  .record({
    annotations,
    containers: groups(appNames, 1),
    initContainers: fc.option(groups(initNames, 0), { nil: undefined }),
    volumes: fc.constantFrom(
      [{ name: 'cache', emptyDir: {} }],
      [{ name: 'cache', emptyDir: {} }],
      [{ name: 'cache', hostPath: { path: '/x' } }],
    ),
    podUid: uids,
    fsGroup: fc.constantFrom(undefined, undefined, 2000),
    isStrict: fc.boolean(),
    shareProcessNamespace: fc.constantFrom(undefined, true),
    hostNetwork: fc.constantFrom(undefined, undefined, undefined, true),
    serviceAccountName: fc.constantFrom(undefined, 'web'),
  })
  .filter(({ containers: all, initContainers = [] }) => {
    const names = [...all, ...initContainers].map(({ name }) => name);
    return new Set(names).size === names.length;
  })
  .map(({ annotations: asked, podUid, fsGroup, isStrict, ...spec }) => {
    const context = { ...(isStrict ? strict : {}), runAsUser: podUid, fsGroup };
    const {
      allowPrivilegeEscalation: _,
      capabilities: __,
      ...podContext
    } = { ...strict, ...context };
    return toJson({
      metadata: { name: 'web', annotations: asked },
      spec: { ...spec, securityContext: podContext },
    }) as Pod;
  });

/** Plain JSON: without absent fields, and no two places share anything. */
function toJson(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
