import { describe, expect, it } from '@jest/globals';
import { parseStore } from '#core/api/store.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

const login = { method: 'kubernetes', role: 'app' };
const git = {
  sourceRef: { name: 'repo' },
  decryption: {
    keys: [{ secretRef: { name: 'age' } }, { secretRef: { name: 'old', key: 'a.txt' } }],
  },
};
const vault = { address: 'https://vault.test:8200', login };

function parse(
  spec: unknown,
  kind: 'Store' | 'ClusterStore' = 'Store',
): ReturnType<typeof parseStore> {
  const metadata = { namespace: kind === 'Store' ? 'shop' : '', name: 'vault' };
  return parseStore(aStoredObject(kind, { metadata, spec }));
}

function messagesOf(spec: unknown, kind?: 'Store' | 'ClusterStore'): readonly string[] {
  const parsed = parse(spec, kind);
  return parsed.kind === 'valid' ? [] : parsed.errors.map((error) => error.message);
}

describe('a Store', () => {
  it('is read with its defaults', () => {
    expect(parse({ provider: { vault } })).toEqual({
      kind: 'valid',
      value: {
        name: 'vault',
        namespace: 'shop',
        provider: {
          kind: 'vault',
          address: 'https://vault.test:8200',
          ca: null,
          serverName: null,
          storeNamespace: null,
          audience: 'https://vault.test:8200',
          login: { method: 'kubernetes', mount: 'kubernetes', role: 'app' },
        },
        namespaceSelector: null,
        serviceAccountName: null,
        policy: null,
        suspend: false,
      },
    });
  });

  it('is read with all that it says', () => {
    const ca = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n';
    const full = { ca, serverName: 'vault.internal', storeNamespace: 'team/a', audience: 'vault' };
    const jwt = { method: 'jwt', mount: 'clusters/one', role: '{{namespace}}-{{serviceAccount}}' };
    const provider = { vault: { ...vault, ...full, login: jwt } };
    expect(parse({ provider, serviceAccountName: 'mayfly-store', suspend: true })).toMatchObject({
      value: {
        provider: { ca, serverName: 'vault.internal', storeNamespace: 'team/a', audience: 'vault' },
        serviceAccountName: 'mayfly-store',
        suspend: true,
      },
    });
  });

  it('may be the Secrets of its namespace', () => {
    expect(parse({ provider: { kubernetes: {} }, policy: 'web' })).toMatchObject({
      value: { provider: { kind: 'kubernetes' }, policy: 'web' },
    });
  });

  it('may be the files of a repository', () => {
    expect(parse({ provider: { git: { ...git, path: './shop/' } } })).toMatchObject({
      value: {
        provider: {
          kind: 'git',
          sourceName: 'repo',
          path: 'shop',
          keys: [
            { name: 'age', key: null },
            { name: 'old', key: 'a.txt' },
          ],
        },
      },
    });
    expect(parse({ provider: { git } })).toMatchObject({ value: { provider: { path: '' } } });
  });

  it.each([
    [{}, 'the field spec.provider is missing'],
    [{ provider: { git: { ...git, path: 'a/../b' } } }, 'git.path must not hold ..'],
    [{ provider: { git: { ...git, path: '/a' } } }, 'git.path must be a path inside'],
    [{ provider: { git: { ...git, decryption: { keys: [] } } } }, 'git.decryption.keys'],
    [{ provider: { git: { sourceRef: { name: 'repo' } } } }, 'git.decryption is missing'],
    [{ provider: { git: { ...git, sourceRef: { name: 'a', namespace: 'b' } } } }, 'namespace'],
    [{ provider: { git }, serviceAccountName: 'a' }, 'serviceAccountName is not for git'],
    [{ provider: { vault: { ...vault, address: 'https://0x7f.1' } } }, 'in its shortest form'],
    [{ provider: { vault: { ...vault, address: 'http://vault.test' } } }, 'must be an address'],
    [{ provider: { vault: { ...vault, address: 'https://*.test' } } }, 'must be an address'],
    [{ provider: { vault: { ...vault, ca: 'none' } } }, 'vault.ca must hold certificates'],
    [{ provider: { vault: { ...vault, tlsSkip: true } } }, 'tlsSkip'],
    [{ provider: { vault: { ...vault, login: { ...login, role: '{{name}}' } } } }, 'login.role'],
    [{ provider: { vault: { ...vault, login: { ...login, mount: '../x' } } } }, 'login.mount'],
    [{ provider: { vault }, policy: 'web' }, 'spec.policy is not for vault'],
    [{ provider: { git }, policy: 'other/web' }, 'spec.policy must be'],
    [{ provider: { vault }, namespace: 'other' }, 'spec.namespace'],
    [{ provider: { vault }, namespaceSelector: {} }, 'spec.namespaceSelector'],
  ])('is refused: %j', (spec, words) => {
    expect(messagesOf(spec).join('\n')).toContain(words);
  });

  it('is exactly one provider', () => {
    expect(messagesOf({ provider: {} })).toHaveLength(1);
    expect(messagesOf({ provider: { vault, kubernetes: {} } })).toHaveLength(1);
  });
});

describe('a ClusterStore', () => {
  it('is for the namespaces that it selects', () => {
    const namespaceSelector = { matchLabels: { team: 'a' } };
    expect(parse({ provider: { vault }, namespaceSelector }, 'ClusterStore')).toMatchObject({
      value: { name: 'cluster/vault', namespace: '', namespaceSelector },
    });
  });

  it.each([
    [{ provider: { vault } }, 'the field spec.namespaceSelector is missing'],
    [{ provider: { kubernetes: {} }, namespaceSelector: {} }, 'spec.provider.kubernetes'],
    [{ provider: { git }, namespaceSelector: {} }, 'spec.provider.git'],
    [{ provider: { vault }, namespaceSelector: {}, policy: 'web' }, 'spec.policy'],
    [
      {
        provider: { vault },
        namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In' }] },
      },
      'matchExpressions[0].values',
    ],
  ])('is refused: %j', (spec, words) => {
    expect(messagesOf(spec, 'ClusterStore').join('\n')).toContain(words);
  });
});
