import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { AnnotationSet } from './annotation-set.ts';
import { aContainer } from './build-pod.ts';
import { environmentSets } from './environment-sets.ts';

const unknown: readonly ErrorCode[] = ['MAYFLY_POD_ANNOTATION_UNKNOWN'];
const invalid: readonly ErrorCode[] = ['MAYFLY_POD_ANNOTATION_INVALID'];
const secret = { 'secret.db': 'secret/data/db' };
const sidecar = { inject: 'sidecar', ...secret };

const plain: readonly AnnotationSet[] = [
  { when: 'nothing is asked', given: {}, answer: 'leave' },
  { when: 'only the gate is asked for', given: { 'wait-for-secrets': 'true' }, answer: 'leave' },
  { when: 'the gate has another value', given: { 'wait-for-secrets': 'yes' }, answer: invalid },
  { when: 'a secret is named', given: secret, answer: 'inject' },
  { when: 'a sidecar is asked for', given: sidecar, answer: 'inject' },
  { when: 'inject stands alone', given: { inject: 'init' }, answer: ['MAYFLY_POD_NOTHING_ASKED'] },
  {
    when: 'ttl stands alone',
    given: { inject: 'sidecar', ttl: '1m' },
    answer: ['MAYFLY_POD_NOTHING_ASKED'],
  },
  {
    when: 'the mode is another word',
    given: { ...secret, inject: 'true' },
    answer: invalid,
    says: 'init, sidecar',
  },
  {
    when: 'a name has a typo',
    given: { ...secret, injct: 'init' },
    answer: unknown,
    says: 'did you mean mayfly.dev/inject',
  },
  {
    when: 'a family has a typo',
    given: { 'secrt.db': 'kv/db' },
    answer: unknown,
    says: 'did you mean mayfly.dev/secret.db',
  },
  {
    when: 'a family has no name',
    given: { secret: 'kv/db' },
    answer: unknown,
    says: 'mayfly.dev/secret.NAME',
  },
  {
    when: 'nothing like it exists',
    given: { zzzzzzzzzzzz: 'x' },
    answer: unknown,
    says: 'none is near',
  },
  {
    when: 'a prototype is named',
    given: { __proto__x: 'x', constructor: 'y' },
    answer: [...unknown, ...unknown],
  },
  {
    when: 'a name ends oddly',
    given: { 'secret.db-': 'kv/db' },
    answer: invalid,
    says: 'odd name',
  },
  { when: 'a reference is empty', given: { 'secret.db': '' }, answer: invalid, says: 'STORE:PATH' },
  {
    when: 'a reference climbs',
    given: { 'secret.db': 'kv/../sys/mounts' },
    answer: invalid,
    says: '..',
  },
  {
    when: 'a reference climbs in disguise',
    given: { 'secret.db': 'kv/%2e%2e/sys' },
    answer: invalid,
  },
  {
    when: 'no store is named nor set',
    given: secret,
    settings: { defaultStore: null },
    answer: invalid,
    says: 'must name its store',
  },
  {
    when: 'the store is named beside',
    given: { ...secret, store: 'cluster/other' },
    settings: { defaultStore: null },
    answer: 'inject',
  },
  {
    when: 'the store has an odd name',
    given: { ...secret, store: 'Not A Store' },
    answer: invalid,
  },
  {
    when: 'the store does not exist',
    given: { 'secret.db': 'nowhere:kv/db' },
    answer: ['MAYFLY_POD_STORE_UNKNOWN'],
  },
  {
    when: 'every error is told at once',
    given: { ...secret, typo: 'x', ttl: '1y', 'mode.db': '999', order: 'last' },
    answer: [...unknown, ...invalid, ...invalid, ...invalid],
  },
];

const files: readonly AnnotationSet[] = [
  {
    when: 'a format needs a key',
    given: { ...secret, 'format.db': 'raw' },
    answer: invalid,
    says: 'names a key',
  },
  { when: 'a format is unknown', given: { ...secret, 'format.db': 'toml' }, answer: invalid },
  {
    when: 'a format stands beside a template',
    given: { 'template.db': 'x', 'format.db': 'json' },
    answer: invalid,
    says: 'beside a template',
  },
  {
    when: 'a format has no secret',
    given: { ...secret, 'format.dbs': 'json' },
    answer: invalid,
    says: 'format.db',
  },
  { when: 'a mode is no mode', given: { ...secret, 'mode.db': 'rw-r--r--' }, answer: invalid },
  {
    when: 'nobody may read',
    given: { ...secret, 'mode.db': '0400' },
    answer: ['MAYFLY_POD_MODE_UNREADABLE'],
  },
  {
    when: 'the owner may read and is shared',
    given: { ...secret, 'mode.db': '0400' },
    spec: { securityContext: { runAsUser: 1000 } },
    answer: 'inject',
  },
  { when: 'a path climbs', given: { ...secret, 'path.db': '../db' }, answer: invalid },
  {
    when: 'a path is that of the swap',
    given: { ...secret, 'path.db': '..data/db' },
    answer: invalid,
  },
  { when: 'a path is absolute', given: { ...secret, 'path.db': '/etc/passwd' }, answer: invalid },
  {
    when: 'two files are one',
    given: { ...secret, 'secret.a': 'kv/a', 'path.a': 'db' },
    answer: invalid,
  },
  {
    when: 'a file is a folder',
    given: { ...secret, 'secret.a': 'kv/a', 'path.a': 'db/a' },
    answer: invalid,
  },
  { when: 'a template is empty', given: { 'template.db': ' ' }, answer: invalid },
  {
    when: 'a template is broken',
    given: { 'template.db': '{{ with secret "kv/a" }}' },
    answer: ['MAYFLY_TEMPLATE_SYNTAX'],
  },
  {
    when: 'a template runs what there is not',
    given: { 'template.db': '{{ exec "ls" }}' },
    answer: ['MAYFLY_TEMPLATE_FUNCTION'],
  },
  {
    when: 'a template names its store',
    given: { 'template.db': '{{ with secret "cluster/vault:kv/a" }}{{ .Data.a }}{{ end }}' },
    settings: { defaultStore: null },
    answer: 'inject',
  },
  {
    when: 'a template names none',
    given: { 'template.db': '{{ with secret "kv/a" }}{{ .Data.a }}{{ end }}' },
    settings: { defaultStore: null },
    answer: invalid,
    says: 'needs a store',
  },
  {
    when: 'files go to a system folder',
    given: { ...secret, 'files-path': '/etc' },
    answer: invalid,
  },
  {
    when: 'files go to where a volume is',
    given: { ...secret, 'files-path': '/data' },
    spec: {
      containers: [aContainer('app', { volumeMounts: [{ name: 'd', mountPath: '/data/' }] })],
    },
    answer: ['MAYFLY_POD_MOUNT_TAKEN'],
  },
  {
    when: 'a template is very long',
    given: {
      'template.a': 'a'.repeat(60_000),
      'template.b': '"'.repeat(60_000),
      'template.c': '"'.repeat(60_000),
    },
    answer: ['MAYFLY_POD_PLAN_TOO_LARGE'],
  },
];

const tuning: readonly AnnotationSet[] = [
  {
    when: 'a container is unknown',
    given: { ...secret, containers: 'app,nobody' },
    answer: ['MAYFLY_POD_CONTAINER_UNKNOWN'],
  },
  {
    when: 'a container is named twice',
    given: { ...secret, containers: 'app,app' },
    answer: invalid,
  },
  { when: 'names have gaps', given: { ...secret, containers: 'app,,' }, answer: invalid },
  {
    when: 'only a mesh could read',
    given: secret,
    spec: { containers: [aContainer('istio-proxy')] },
    answer: ['MAYFLY_POD_NO_READER'],
  },
  {
    when: 'an init container is too early',
    given: { ...secret, containers: 'migrate', order: 'after' },
    spec: { initContainers: [aContainer('migrate')] },
    answer: ['MAYFLY_POD_CONTAINER_EARLY'],
  },
  {
    when: 'a signal goes to others',
    given: { ...sidecar, 'on-change': 'signal:HUP' },
    answer: ['MAYFLY_POD_SIGNAL_UNSHARED', 'MAYFLY_POD_SIGNAL_UNSHARED'],
  },
  {
    when: 'a signal is allowed',
    given: { ...sidecar, 'on-change': 'signal:SIGHUP' },
    spec: { shareProcessNamespace: true, securityContext: { runAsUser: 1000 } },
    answer: 'inject',
  },
  {
    when: 'a signal is sent by nobody',
    given: { ...secret, 'on-change': 'signal:HUP' },
    spec: { shareProcessNamespace: true, securityContext: { runAsUser: 1000 } },
    answer: invalid,
    says: 'sidecar',
  },
  { when: 'a signal kills', given: { ...sidecar, 'on-change': 'signal:KILL' }, answer: invalid },
  {
    when: 'a restart is asked for, and no kubelet is known to do it',
    given: { ...sidecar, 'on-change': 'restart' },
    answer: ['MAYFLY_POD_RESTART_OFF'],
    says: 'every kubelet',
  },
  {
    when: 'a restart is asked for, and every kubelet does it',
    given: { ...sidecar, 'on-change': 'restart' },
    settings: { restartContainers: true },
    answer: 'inject',
  },
  {
    when: 'a restart is asked for a pod that ends',
    given: { ...sidecar, 'on-change': 'restart' },
    settings: { restartContainers: true },
    spec: { restartPolicy: 'OnFailure' },
    answer: ['MAYFLY_POD_RESTART_OFF'],
    says: 'restartPolicy is OnFailure',
  },
  {
    when: 'a restart is asked for by nobody who stays',
    given: { ...secret, 'on-change': 'restart' },
    settings: { restartContainers: true },
    answer: invalid,
    says: 'sidecar',
  },
  { when: 'a ttl is without a sidecar', given: { ...secret, ttl: '1m' }, answer: invalid },
  { when: 'a ttl is too short', given: { ...sidecar, ttl: '1s' }, answer: invalid },
  {
    when: 'an amount is none',
    given: { ...secret, 'resources.limits.memory': '-1' },
    answer: invalid,
  },
  {
    when: 'a request is over its limit',
    given: { ...secret, 'resources.requests.cpu': '1', 'resources.limits.cpu': '10m' },
    answer: invalid,
  },
  {
    when: 'a resource does not exist',
    given: { ...secret, 'resources.limits.disk': '1Gi' },
    answer: unknown,
  },
  { when: 'a level is unknown', given: { ...secret, 'log-level': 'trace' }, answer: invalid },
  {
    when: 'somebody says it is injected',
    given: { ...secret, injected: 'app' },
    answer: ['MAYFLY_POD_NAME_TAKEN'],
  },
];

/** Sets of annotations, good ones and bad ones, with the right answer to each. */
export const annotationSets: readonly AnnotationSet[] = [
  ...plain,
  ...files,
  ...tuning,
  ...environmentSets,
];
