import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { Pod } from '#core/injection/pod/pod-schema.ts';
import type { AnnotationSet } from './annotation-set.ts';
import { aContainer } from './build-pod.ts';

const invalid: readonly ErrorCode[] = ['MAYFLY_POD_ANNOTATION_INVALID'];
const refusedCompat: readonly ErrorCode[] = ['MAYFLY_POD_COMPAT_REFUSED'];
const secret = { 'secret.db': 'secret/data/db' };
const file = { envVia: 'file' } as const;
const vaultK8s = { compatibility: ['vault-k8s'] } as const;
const openbao = { compatibility: ['openbao-k8s'] } as const;
const bankVaults = { compatibility: ['bank-vaults'], envVia: 'file' } as const;

function env(value: string, name = 'DB'): Partial<Pod['spec']> {
  return { containers: [aContainer('app', { env: [{ name, value }] })] };
}

function vault(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const given = { 'agent-inject': 'true', 'agent-inject-secret-db': 'kv/db', ...annotations };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`vault.hashicorp.com/${name}`, value]),
  );
}

const places: readonly AnnotationSet[] = [
  {
    when: 'the pod is for Windows',
    given: secret,
    spec: { os: { name: 'windows' } },
    answer: ['MAYFLY_POD_WINDOWS'],
  },
  {
    when: 'the nodes are for Windows',
    given: secret,
    spec: { nodeSelector: { 'kubernetes.io/os': 'windows' } },
    answer: ['MAYFLY_POD_WINDOWS'],
  },
  {
    when: 'the pod is on the network of its node',
    given: secret,
    spec: { hostNetwork: true },
    answer: 'inject',
  },
  {
    when: 'the namespace is of the cluster',
    given: secret,
    namespace: 'kube-system',
    answer: ['MAYFLY_POD_NAMESPACE'],
  },
  {
    when: 'the namespace is of Mayfly',
    given: secret,
    namespace: 'mayfly-system',
    answer: ['MAYFLY_POD_NAMESPACE'],
  },
  {
    when: 'a volume has our name',
    given: secret,
    spec: { volumes: [{ name: 'mayfly-files' }] },
    answer: ['MAYFLY_POD_NAME_TAKEN'],
  },
  {
    when: 'a container has our name',
    given: secret,
    spec: { initContainers: [aContainer('mayfly-agent')] },
    answer: ['MAYFLY_POD_NAME_TAKEN'],
  },
  {
    when: 'a mount is of our volume',
    given: secret,
    spec: {
      containers: [aContainer('app', { volumeMounts: [{ name: 'mayfly-env', mountPath: '/x' }] })],
    },
    answer: ['MAYFLY_POD_NAME_TAKEN'],
  },
];

const environments: readonly AnnotationSet[] = [
  { when: 'variables are off', given: { 'env.DB': 'kv/db#user' }, answer: ['MAYFLY_POD_ENV_OFF'] },
  {
    when: 'a variable is asked for',
    given: { 'env.DB': 'kv/db#user' },
    settings: file,
    answer: 'inject',
  },
  { when: 'a variable has no key', given: { 'env.DB': 'kv/db' }, settings: file, answer: invalid },
  {
    when: 'a variable has an odd name',
    given: { 'env.D-B': 'kv/db#user' },
    settings: file,
    answer: invalid,
    says: 'name of a variable',
  },
  {
    when: 'a variable is there already',
    given: { 'env.DB': 'kv/db#user' },
    spec: env('x'),
    settings: file,
    answer: ['MAYFLY_POD_ENV_TAKEN'],
  },
  {
    when: 'nobody needs what is optional',
    given: { ...secret, 'optional.DB': 'true' },
    settings: file,
    answer: invalid,
  },
  {
    when: 'a value is a reference',
    given: {},
    spec: env('mayfly:kv/db#user'),
    settings: file,
    answer: 'inject',
  },
  {
    when: 'a value is a broken reference',
    given: {},
    spec: env('mayfly:kv/db'),
    settings: file,
    answer: ['MAYFLY_POD_ENV_INVALID'],
  },
  {
    when: 'a reference has an odd variable',
    given: {},
    spec: env('mayfly:kv/db#user', 'a.b'),
    settings: file,
    answer: ['MAYFLY_POD_ENV_INVALID'],
  },
  {
    when: 'a shell needs a command',
    given: { 'env.DB': 'kv/db#user' },
    settings: { envVia: 'shell' },
    answer: ['MAYFLY_POD_ENV_COMMAND'],
  },
  {
    when: 'a value of bank-vaults is another injector’s',
    given: {},
    spec: env('vault:kv/db#user'),
    settings: file,
    answer: 'leave',
  },
  {
    when: 'a value of bank-vaults is ours',
    given: {},
    spec: env('vault:kv/db#user#2'),
    settings: bankVaults,
    answer: 'inject',
  },
  {
    when: 'a value writes',
    given: {},
    spec: env('>>vault:pki/issue/a#b'),
    settings: bankVaults,
    answer: ['MAYFLY_POD_ENV_INVALID'],
  },
  {
    when: 'a value is inline',
    given: {},
    spec: env('a${vault:kv/db#user}b'),
    settings: bankVaults,
    answer: ['MAYFLY_POD_ENV_INVALID'],
  },
  {
    when: 'a key is computed',
    given: {},
    spec: env('vault:kv/db#${.a}'),
    settings: bankVaults,
    answer: ['MAYFLY_POD_ENV_INVALID'],
  },
];

const others: readonly AnnotationSet[] = [
  { when: 'vault-k8s is not switched on', given: vault({}), answer: 'leave' },
  { when: 'vault-k8s is understood', given: vault({}), settings: vaultK8s, answer: 'inject' },
  {
    when: 'openbao-k8s is understood',
    given: { 'openbao.org/agent-inject': 'true', 'openbao.org/agent-inject-secret-a': 'kv/a' },
    settings: openbao,
    answer: 'inject',
  },
  {
    when: 'vault-k8s is told to stay away',
    given: vault({ 'agent-inject': 'false' }),
    settings: vaultK8s,
    answer: 'leave',
  },
  {
    when: 'an image is chosen',
    given: vault({ 'agent-image': 'mine' }),
    settings: vaultK8s,
    answer: refusedCompat,
    says: 'administrator',
  },
  {
    when: 'certificates are not to be verified',
    given: vault({ 'tls-skip-verify': 'true' }),
    settings: vaultK8s,
    answer: refusedCompat,
  },
  {
    when: 'certificates are to be verified',
    given: vault({ 'tls-skip-verify': 'false' }),
    settings: vaultK8s,
    answer: 'inject',
  },
  {
    when: 'the role is that of the Store',
    given: vault({ role: 'shop-default', 'auth-path': 'auth/kubernetes' }),
    settings: vaultK8s,
    answer: 'inject',
  },
  {
    when: 'the role is another one',
    given: vault({ role: 'admin' }),
    settings: vaultK8s,
    answer: ['MAYFLY_POD_STORE_DIFFERS'],
  },
  {
    when: 'the address is another one',
    given: vault({ service: 'https://evil.test' }),
    settings: vaultK8s,
    answer: ['MAYFLY_POD_STORE_DIFFERS'],
  },
  {
    when: 'vault-k8s has no such annotation',
    given: vault({ 'agent-inject-perm-db': '0444', roel: 'x' }),
    settings: vaultK8s,
    answer: [...refusedCompat, ...refusedCompat],
    says: 'agent-inject-perms',
  },
  {
    when: 'two injectors disagree',
    given: { ...vault({}), inject: 'init' },
    settings: vaultK8s,
    answer: refusedCompat,
    says: 'something else',
  },
  {
    when: 'bank-vaults tunes its wrapper',
    given: { 'vault.security.banzaicloud.io/vault-env-daemon': 'true' },
    spec: env('vault:kv/db#user'),
    settings: bankVaults,
    answer: refusedCompat,
  },
  {
    when: 'bank-vaults names the role of the Store',
    given: { 'vault.security.banzaicloud.io/vault-role': 'shop-default' },
    spec: env('vault:kv/db#user'),
    settings: bankVaults,
    answer: 'inject',
  },
];

/** Places, variables and the words of other injectors. */
export const environmentSets: readonly AnnotationSet[] = [...places, ...environments, ...others];
