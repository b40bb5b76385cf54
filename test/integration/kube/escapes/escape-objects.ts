import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { StageObject } from '#test/support/stage/create-stage.ts';

/** Addresses that differ from run to run. */
export interface EscapePlaces {
  /** Of the repository that the tenant may read. */
  readonly url: string;
  readonly apiServer: string;
  /** A host that is allowed and leads to another one. */
  readonly redirecting: string;
}

/** A spec with which a tenant asks for more than is theirs. */
interface Wish {
  readonly escape: string;
  readonly kind: StageObject['kind'];
  readonly spec: (places: EscapePlaces) => object;
}

/** The API server says no, in these words. */
export interface RefusedWish extends Wish {
  readonly says: string;
}

/** The status says no, by this clause. */
export interface StatedWish extends Wish {
  readonly code: ErrorCode;
  readonly says: string;
}

type Change = Readonly<Record<string, unknown>>;

function source(change: Change | ((places: EscapePlaces) => Change)): Pick<Wish, 'kind' | 'spec'> {
  return {
    kind: 'GitSource',
    spec: (places) => ({
      url: places.url,
      ref: { branch: 'main' },
      interval: '1h',
      timeout: '5s',
      auth: { type: 'none', secretRef: { name: 'ca' } },
      ...(typeof change === 'function' ? change(places) : change),
    }),
  };
}

function secret(change: Change): Pick<Wish, 'kind' | 'spec'> {
  return {
    kind: 'EphemeralSecret',
    spec: () => ({
      sourceRef: { name: 'repo' },
      path: 'empty',
      decryption: { keys: [{ secretRef: { name: 'age' } }] },
      target: { manifests: {} },
      ...change,
    }),
  };
}

function key(name: string): Change {
  return { path: 'secrets', decryption: { keys: [{ secretRef: { name } }] } };
}

/** What stands at `path` is written, in the place of what is there. */
function take(path: string, more: Change = {}): Pick<Wish, 'kind' | 'spec'> {
  return secret({ path, ...more });
}

const adopt = { target: { manifests: { ownership: 'Adopt' } } };
const built = { name: 'loot', from: 'json' };

export const refusedWishes: readonly RefusedWish[] = [
  ...(
    [
      [
        'a source of another namespace',
        { sourceRef: { name: 'repo', namespace: 'victim' } },
        'unknown field "spec.sourceRef.namespace"',
      ],
      ['a key of another namespace', key('victim/age'), 'spec.decryption.keys[0].secretRef.name'],
      ['a path out of the repository', { path: 'a/../../../etc' }, 'must not leave the repository'],
      ['a path from the root', { path: '/etc/passwd' }, 'spec.path'],
      [
        'an account of another namespace',
        { serviceAccountName: 'victim:admin' },
        'spec.serviceAccountName',
      ],
      [
        'a workload of another namespace',
        { restart: ['deployment/victim/web'] },
        'spec.restart[0]',
      ],
      [
        'a token of a service account',
        { target: { secret: { ...built, type: 'kubernetes.io/service-account-token' } } },
        'spec.target.secret.type',
      ],
      [
        'a namespace of its own choice',
        { target: { secret: { ...built, namespace: 'victim' } } },
        'unknown field "spec.target.secret.namespace"',
      ],
    ] as const
  ).map(([escape, change, says]) => ({ escape, says, ...secret(change) })),
  ...(
    [
      ['a file of the controller', 'file:///var/run/secrets'],
      ['plain http', 'http://git.test/a'],
      ['a helper of git', 'ext::sh -c whoami'],
      ['an option of ssh for a host', 'ssh://-oProxyCommand=touch%20/tmp/x/a'],
      ['an option of ssh for a user', 'ssh://-oProxyCommand=x@git.test/a'],
      ['a password in the address', 'https://a:b@git.test/a'],
    ] as const
  ).map(([escape, url]) => ({ escape, says: 'spec.url', ...source({ url }) })),
];

export const statedWishes: readonly StatedWish[] = [
  ...(
    [
      ['an address that nobody allows', () => 'https://elsewhere.test/a'],
      ['the metadata of the machine', () => 'https://169.254.169.254/latest/meta-data'],
      ['the API server', ({ apiServer }: EscapePlaces) => `${apiServer}/api`],
      ['another port of the same host', ({ url }: EscapePlaces) => url.replace(/:\d+/u, ':1')],
      [
        'a host that only begins like it',
        ({ url }: EscapePlaces) => url.replace(/:(\d+)/u, '.evil.test:$1'),
      ],
    ] as const
  ).map(([escape, url]) => ({
    escape,
    code: 'MAYFLY_TENANCY_GIT_URL' as const,
    says: 'closed defaults',
    ...source((places) => ({ url: url(places) })),
  })),
  {
    escape: 'an allowed host that leads elsewhere',
    code: 'MAYFLY_GIT_REDIRECT',
    says: 'redirects',
    ...source(({ redirecting }) => ({
      url: redirecting,
      auth: { type: 'none', secretRef: { name: 'redirecting' } },
    })),
  },
  {
    escape: 'credentials of another namespace',
    code: 'MAYFLY_SYNC_CREDENTIALS_INCOMPLETE',
    says: 'loot',
    ...source({ auth: { type: 'basic', secretRef: { name: 'loot' } } }),
  },
  {
    escape: 'a token of a service account as credentials',
    code: 'MAYFLY_KEY_TOKEN',
    says: 'shop/token',
    ...source({ auth: { type: 'basic', secretRef: { name: 'token' } } }),
  },
  ...(
    [
      [
        'a source that only another namespace has',
        'MAYFLY_SYNC_SOURCE_MISSING',
        'shop/theirs',
        secret({ sourceRef: { name: 'theirs' } }),
      ],
      [
        'a key that only another namespace has',
        'MAYFLY_SYNC_KEY_MISSING',
        'loot',
        secret(key('loot')),
      ],
      [
        'the key of all digests',
        'MAYFLY_SYNC_KEY_MISSING',
        'mayfly-cluster',
        secret(key('mayfly-cluster')),
      ],
      [
        'a token of a service account as a key',
        'MAYFLY_KEY_TOKEN',
        'shop/token',
        secret(key('token')),
      ],
      [
        'a lease over the bounds',
        'MAYFLY_TENANCY_TTL',
        'between 5s and 24h',
        secret({ ttl: '25h' }),
      ],
      [
        'a restart that nobody allows',
        'MAYFLY_TENANCY_RESTART',
        'spec.restart[0]',
        secret({ restart: ['deployment/web'] }),
      ],
      ['a hook of a machine', 'MAYFLY_SYNC_PLACE', 'spec.restart[0]', secret({ restart: ['web'] })],
      [
        'an account that Mayfly may not be',
        'MAYFLY_KUBE_FORBIDDEN',
        'victim',
        take('secrets/named/mine.yaml', { serviceAccountName: 'victim' }),
      ],
      [
        "somebody's Secret",
        'MAYFLY_SINK_NOT_OWNED',
        'shop/taken',
        take('secrets/named/taken.yaml'),
      ],
      [
        "another object's Secret",
        'MAYFLY_SINK_NOT_OWNED',
        'shop/good',
        take('secrets/named/good.yaml'),
      ],
      [
        "another object's Secret, adopted",
        'MAYFLY_SINK_NOT_OWNED',
        'shop/good',
        take('secrets/named/good.yaml', adopt),
      ],
      [
        'a Secret that a controller keeps',
        'MAYFLY_SINK_NOT_ADOPTABLE',
        'kept by another controller',
        take('secrets/named/kept.yaml', adopt),
      ],
      [
        'a token of a service account, adopted',
        'MAYFLY_SINK_NOT_ADOPTABLE',
        'type that is never taken over',
        take('secrets/named/token.yaml', adopt),
      ],
    ] as const
  ).map(([escape, code, says, wish]) => ({ escape, code, says, ...wish })),
];
