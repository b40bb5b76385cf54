import { Type } from 'typebox';
import * as setting from '../setting.ts';

const quantity = [
  '^[0-9]{1,12}(\\.[0-9]{1,3})?(m|k|Ki|M|Mi|G|Gi)?$',
  'must be a quantity such as 100m or 64Mi',
] as const;
const secretName = '^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$';
const containerName = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const imageName = '^[a-z0-9][-._:/@a-zA-Z0-9]{0,511}$';

const agentSchema = Type.Object({
  image: Type.Optional(
    setting.text({
      description:
        'The image of the agent. `mayfly webhook` does not start without; the admission policy `mayfly-pods-agent` has to name the same.',
      pattern: [imageName, 'must be the name of an image'],
    }),
  ),
  command: Type.Array(setting.text({ description: 'A part of the command.' }), {
    description: 'What starts the agent in that image; `init`, `sidecar` or `ready` follows.',
    default:
      '/usr/local/bin/node,--disable-proto=delete,--disable-sigusr1,--use-openssl-ca,--max-semi-space-size=1,/app/agent.mjs',
  }),
  imagePullPolicy: Type.Optional(
    setting.choice(['Always', 'IfNotPresent', 'Never'], {
      description: 'When the image is pulled. Left to the cluster when absent.',
    }),
  ),
  imagePullSecrets: Type.Array(
    setting.text({
      description: 'The name of a Secret, in the namespace of the pod.',
      pattern: [secretName, 'must be the name of a Secret'],
    }),
    { description: 'What pulling the image takes; added to each injected pod.', default: '' },
  ),
  cpuRequest: quantityOf('What the agent asks for of a processor.', '10m'),
  cpuLimit: quantityOf('What it gets at most.', '500m'),
  memoryRequest: quantityOf('What it asks for of memory.', '32Mi'),
  memoryLimit: quantityOf('What it gets at most.', '128Mi'),
  deadline: setting.duration({
    description: 'How long the first fetch of a pod may take before its agent gives up.',
    default: '1m',
    minimum: 1000,
    maximum: 3_600_000,
  }),
  refresh: setting.duration({
    description: 'How often a sidecar reads again what has no lease of its own.',
    default: '5m',
    minimum: 1000,
  }),
  logLevel: setting.choice(['debug', 'info', 'warn', 'error'], {
    description: 'The least important lines of the agent that are written.',
    default: 'info',
  }),
  meshProxies: Type.Array(
    setting.text({
      description: 'The name of a container.',
      pattern: [containerName, 'must be the name of a container'],
    }),
    {
      description: 'Sidecars of service meshes, behind which the agent starts.',
      default: 'istio-proxy,linkerd-proxy,kuma-sidecar,consul-dataplane,envoy-sidecar',
    },
  ),
});

/** The broker as agents reach it. */
const brokerSchema = Type.Object({
  address: Type.Optional(
    setting.text({
      description:
        'Where agents reach the broker, such as `https://mayfly-broker.mayfly-system.svc`. Their tokens are made for `broker.url`, or for this where that is absent. Pods cannot read Stores that the broker serves when absent.',
      pattern: [
        '^https://[a-z0-9][-.a-z0-9]{0,252}(:[0-9]{1,5})?$',
        'must be https://HOST or https://HOST:PORT in lower case',
      ],
    }),
  ),
  caFile: Type.Optional(
    setting.path({
      description:
        'PEM certificates for agents to trust there instead of those of the system; read again when they change.',
    }),
  ),
});

/** The admission webhook and what it puts into pods. */
export const webhookSchema = Type.Object({
  listen: setting.address({
    description: 'Where the API server asks.',
    default: '0.0.0.0:8443',
  }),
  certFile: setting.path({
    description: 'The certificate chain, PEM; read again when it changes.',
    default: '/run/mayfly/tls/tls.crt',
  }),
  keyFile: setting.path({
    description: 'The private key, PEM; read again when it changes.',
    default: '/run/mayfly/tls/tls.key',
  }),
  deadline: setting.duration({
    description:
      'How long an answer may take; below `timeoutSeconds` of the webhook configurations, which is 5 s.',
    default: '4s',
    minimum: 100,
    maximum: 29_000,
  }),
  drain: setting.duration({
    description:
      'How long it answers on after it was told to end and is no longer ready: until no API server asks it any more.',
    default: '5s',
    minimum: 0,
    maximum: 15_000,
  }),
  objects: Type.Optional(
    setting.path({
      description:
        'A folder with manifests of Stores, ClusterStores, TenantPolicies and Namespaces to decide by instead of a cluster, read once. For trying it.',
    }),
  ),
  envVia: setting.choice(['none', 'file', 'shell'], {
    description:
      'How variables reach a program. `file` is the `fileKeyRef` of Kubernetes and needs 1.35 on every node: an older kubelet sets the variable to nothing without an error.',
    default: 'none',
  }),
  restartContainers: setting.toggle({
    description:
      'Whether pods may ask for `on-change: restart`. Needs the feature `RestartAllContainersOnContainerExits` on every node, which is on from Kubernetes 1.36.',
    default: 'false',
  }),
  compatibility: Type.Array(
    setting.choice(['vault-k8s', 'openbao-k8s', 'bank-vaults'], {
      description: 'Another injector.',
    }),
    {
      description:
        'Injectors whose annotations and values are understood. The webhook configuration has to select such pods too.',
      default: '',
    },
  ),
  defaultStore: Type.Optional(
    setting.text({
      description:
        'The store of what the annotations of other injectors name: `NAME`, or `cluster/NAME`.',
      pattern: [
        '^(cluster/)?[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$',
        'must be NAME or cluster/NAME',
      ],
    }),
  ),
  broker: brokerSchema,
  agent: agentSchema,
});

function quantityOf(description: string, standard: string): ReturnType<typeof setting.text> {
  return setting.text({ description, default: standard, pattern: quantity });
}
