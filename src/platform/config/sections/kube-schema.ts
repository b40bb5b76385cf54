import { Type } from 'typebox';
import * as setting from '../setting.ts';

const namespacePattern = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const namePattern = '^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$';

/** How the API of a cluster is reached, by the roles that work in one. */
export const kubeSchema = Type.Object({
  kubeconfig: Type.Optional(
    setting.path({
      description: 'A kubeconfig file. The service account of the pod is used when absent.',
    }),
  ),
  context: Type.Optional(
    setting.text({ description: 'The context of that file. Its current one when absent.' }),
  ),
  namespaces: Type.Array(
    setting.text({
      description: 'A namespace.',
      pattern: [namespacePattern, 'must be a lower-case DNS label'],
    }),
    {
      description:
        'The namespaces to work in. With none, all of them, which takes rights on the whole cluster.',
      default: '',
    },
  ),
  qps: setting.integer({
    description:
      'How many calls a second the API server gets at most, over a longer time. A bound for a fault of ours: the server shares its time out itself, and is heeded when it asks for a pause.',
    default: '500',
    minimum: 1,
    maximum: 10_000,
  }),
  burst: setting.integer({
    description: 'How many calls it gets at once after a quiet time.',
    default: '1000',
    minimum: 1,
    maximum: 100_000,
  }),
});

/** How one of several controllers is chosen to work. */
export const electionSchema = Type.Object({
  namespace: setting.text({
    description:
      "Mayfly's own namespace: the Lease of the election and the Secret `mayfly-cluster` are in it.",
    default: 'mayfly-system',
    pattern: [namespacePattern, 'must be a lower-case DNS label'],
  }),
  name: setting.text({
    description: 'The name of the Lease.',
    default: 'mayfly-controller',
    pattern: [namePattern, 'must be the name of an object'],
  }),
  leaseDuration: setting.duration({
    description: 'How long the others wait for a leader that is not heard of.',
    default: '15s',
    minimum: 3000,
    maximum: 600_000,
  }),
  renewDeadline: setting.duration({
    description: 'How long a leader works on without having renewed its Lease.',
    default: '10s',
    minimum: 2000,
  }),
  retryPeriod: setting.duration({
    description: 'The time between two tries to get or renew the Lease.',
    default: '2s',
    minimum: 500,
  }),
});
