/** A pod of so many containers as an API server sends it: with what it has filled in, and no init container. */
export function renderPod(containers: number): PodObject {
  const access = { name: 'kube-api-access-x7k2p', readOnly: true };
  const token = { ...access, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const volume = { name: access.name, projected: { sources: tokenSources, defaultMode: 420 } };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: 'web-7d9c5f6b8-x2x4v',
      generateName: 'web-7d9c5f6b8-',
      namespace: benchNamespace,
      labels: { app: 'web', 'pod-template-hash': '7d9c5f6b8' },
      annotations: {
        'mayfly.dev/inject': 'sidecar',
        'mayfly.dev/secret.db': 'cluster/vault:secret/data/shop/db#password',
        'mayfly.dev/secret.api-key': 'cluster/vault:secret/data/shop/api#key',
      },
    },
    spec: {
      volumes: [volume],
      containers: Array.from({ length: containers }, (_, index) => renderContainer(index, token)),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'web',
      serviceAccount: 'web',
      securityContext: { runAsUser: 1000, runAsNonRoot: true, fsGroup: 1000 },
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map((state) => ({
        key: `node.kubernetes.io/${state}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {},
  };
}

export const benchNamespace = 'shop';

export interface Named {
  readonly name: string;
}

/** What the additions are told by; the rest passes through. */
export interface PodObject {
  readonly metadata: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly spec: {
    readonly volumes: readonly Named[];
    readonly initContainers?: readonly Named[];
    readonly containers: readonly (Named & { readonly volumeMounts: readonly Named[] })[];
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

const tokenSources = [
  { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
  {
    configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
  },
  {
    downwardAPI: {
      items: [
        { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
      ],
    },
  },
];

function renderContainer(
  index: number,
  token: Named,
): Named & { readonly volumeMounts: readonly Named[] } {
  const container = {
    name: `app-${index}`,
    image: `registry.example/shop/web-${index}:1.24.3`,
    ports: [{ name: 'http', containerPort: 8080 + index, protocol: 'TCP' }],
    env: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } },
    ],
    resources: {
      limits: { memory: '256Mi' },
      requests: { cpu: '100m', memory: '128Mi' },
    },
    volumeMounts: [token],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
  return container;
}

/** What one pod has that another one has not, as the peer of `test/parts/admission` takes it. */
export function findAdditions(before: PodObject, after: PodObject): object {
  const annotations = Object.entries(after.metadata.annotations).filter(
    ([key]) => before.metadata.annotations[key] === undefined,
  );
  const [plain, injected] = [before.spec.containers[0], after.spec.containers[0]];
  return {
    annotations: Object.fromEntries(annotations),
    volumes: addedTo(before.spec.volumes, after.spec.volumes),
    initContainers: after.spec.initContainers ?? [],
    volumeMounts: addedTo(plain?.volumeMounts ?? [], injected?.volumeMounts ?? []),
  };
}

function addedTo(before: readonly Named[], after: readonly Named[]): readonly Named[] {
  return after.filter(({ name }) => !before.some((known) => known.name === name));
}
