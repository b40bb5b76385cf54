import { describe, expect, it } from '@jest/globals';
import {
  annotationsOfBankVaults,
  parseBankVaultsReference,
} from '#core/injection/compat/bank-vaults.ts';
import { migratePod } from '#core/injection/compat/migrate-pod.ts';
import { checkClaims, translateAnnotations } from '#core/injection/compat/translate-pod.ts';
import { translateVaultAnnotations } from '#core/injection/compat/translate-vault-annotations.ts';
import type { Translation } from '#core/injection/compat/translation.ts';
import { vaultAnnotationTable } from '#core/injection/compat/vault-annotation-table.ts';
import { renderVaultTemplates } from '#core/injection/compat/vault-templates.ts';
import { decideInjection } from '#core/injection/decide-injection.ts';
import { createNameSearch } from '#core/text/name-search.ts';
import { aContainer, aContext, aPod } from '#test/support/pods/build-pod.ts';

const theirs = 'vault.hashicorp.com/';

function vault(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const given = { 'agent-inject': 'true', ...annotations };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`${theirs}${name}`, value]),
  );
}

function read(annotations: Readonly<Record<string, string>>): Translation {
  return translateVaultAnnotations(annotations, theirs, createNameSearch());
}

function translate(
  annotations: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return read(vault(annotations)).annotations;
}

describe('the annotations of vault-k8s', () => {
  it('are seventy-four, and each has a fate and a reason', () => {
    expect(new Set(vaultAnnotationTable.map(({ name }) => name)).size).toBe(74);
    expect(vaultAnnotationTable.filter(({ note }) => note === '')).toEqual([]);
  });

  it('are all answered: nothing is accepted and ignored', () => {
    for (const { name, takesName, fate, value } of vaultAnnotationTable) {
      const key = takesName === 'must' ? `${name}-db` : name;
      const given = fate === 'only' ? { [key]: value ?? '' } : { [key]: 'true' };
      const { errors, understood } = read(vault(given));
      expect([name, errors.length]).toEqual([name, fate === 'refused' ? 1 : 0]);
      expect([name, understood.includes(`${theirs}${key}`)]).toEqual([name, fate !== 'refused']);
    }
  });

  it('are refused with another value than the one that Mayfly honours', () => {
    for (const { name, takesName, value } of vaultAnnotationTable.filter(
      ({ fate }) => fate === 'only',
    )) {
      const key = takesName === 'must' ? `${name}-db` : name;
      const other = value === 'true' ? 'false' : 'true';
      const { errors } = read(vault({ [key]: other }));
      expect(errors.map(({ code }) => code)).toEqual(['MAYFLY_POD_COMPAT_REFUSED']);
    }
  });

  it('become ours', () => {
    expect(
      translate({
        'agent-inject-secret-DB': 'kv/data/db',
        'agent-inject-file-DB': 'conf/db',
        'agent-inject-perms-DB': '0440',
        'agent-pre-populate-only': 'true',
        'agent-init-first': 'true',
        'agent-limits-mem': '64Mi',
        'log-level': 'trace',
        'secret-volume-path': '/secrets',
        'agent-inject-default-template': 'json',
      }),
    ).toEqual({
      'mayfly.dev/inject': 'init',
      'mayfly.dev/files-path': '/secrets',
      'mayfly.dev/order': 'first',
      'mayfly.dev/log-level': 'debug',
      'mayfly.dev/resources.limits.memory': '64Mi',
      'mayfly.dev/path.db': 'conf/db',
      'mayfly.dev/mode.db': '0440',
      'mayfly.dev/template.db': '{{ with secret "kv/data/db" }}{{ .Data | toJSON }}\n{{ end }}',
    });
  });

  it('keep capital letters where that is asked for, and their own templates', () => {
    const given = {
      'agent-inject-secret-DB': 'kv/db',
      'agent-inject-template-DB': '{{ with secret "kv/db" }}x{{ end }}',
      'preserve-secret-case-DB': 'true',
    };
    expect(translate(given)).toMatchObject({
      'mayfly.dev/inject': 'sidecar',
      'mayfly.dev/template.DB': '{{ with secret "kv/db" }}x{{ end }}',
    });
  });

  it('mean nothing without the one that asks', () => {
    const { annotations } = read({ [`${theirs}role`]: 'x' });
    expect(annotations).toEqual({});
  });

  it('claim what the Store has to say as well', () => {
    const { claims } = read(vault({ 'auth-path': 'auth/k8s/', role: 'web' }));
    const store = {
      name: 'vault',
      provider: 'vault' as const,
      address: 'https://vault.test',
      pathPrefix: null,
      storeNamespace: null,
      ca: null,
      serverName: null,
      login: { method: 'jwt' as const, mount: 'k8s', role: 'other' },
      tokenPath: '/t',
    };
    expect(checkClaims(claims, [store]).map(({ message }) => message)).toEqual([
      'vault.hashicorp.com/role is not what the store vault says of its role',
    ]);
  });

  it('are all told where there is none of that name, with what was meant for a few', () => {
    const numbers = Array.from({ length: 3_000 }, (_, index) => String(index).padStart(4, '0'));
    const typos = numbers.map((number) => [`agent-inject-tokn${number}`, 'true'] as const);
    const { errors } = read(vault({ ...Object.fromEntries(typos), 'agent-inject-tokn': 'true' }));
    expect(errors).toHaveLength(3_001);
    expect(errors[0]?.message).toContain(`did you mean ${theirs}agent-inject-token`);
    const withNearest = errors.filter(({ message }) => message.includes('did you mean'));
    expect(withNearest).toHaveLength(Math.floor(10_000 / 74));
  });

  it('do not stand beside others of ours', () => {
    const given = { ...vault({}), 'mayfly.dev/inject': 'init' };
    const { errors } = translateAnnotations(given, ['vault-k8s']);
    expect(errors.map(({ code }) => code)).toEqual(['MAYFLY_POD_COMPAT_REFUSED']);
    expect(translateAnnotations(given, []).errors).toEqual([]);
  });
});

it('a secret of vault-k8s has the template that vault-k8s would give it', () => {
  const row = vaultAnnotationTable.find(({ name }) => name === 'agent-inject-secret');
  if (row === undefined) throw new Error('no such row');
  const found = { annotation: '', row, tail: 'db', value: 'kv/a"b' };
  expect(renderVaultTemplates([found], new Map()).get('db')).toBe(
    '{{ with secret "kv/a\\"b" }}{{ range $k, $v := .Data }}{{ $k }}: {{ $v }}\n{{ end }}{{ end }}',
  );
});

describe('the references of bank-vaults', () => {
  it('become ours, whatever signs are in them', () => {
    expect(parseBankVaultsReference('vault:secret/data/a@b:c#k%y#2', 'vault')).toEqual({
      kind: 'valid',
      reference: { store: 'vault', path: 'secret/data/a@b:c', key: 'k%y', version: '2' },
    });
    expect(parseBankVaultsReference('bao:a#b', 'vault')?.kind).toBe('valid');
    expect(parseBankVaultsReference('plain', 'vault')).toBeNull();
  });

  it.each([
    'vault:',
    'vault:a',
    'vault:#k',
    'vault:a#b#c#d',
    '>>vault:a#b',
    'x${vault:a#b}',
    'vault:a#${.k}',
  ])('are refused: %s', (value) => {
    expect(parseBankVaultsReference(value, 'vault')?.kind).toBe('invalid');
  });

  it('need a store', () => {
    expect(parseBankVaultsReference('vault:a#b', null)?.kind).toBe('invalid');
  });

  it('leave a pod alone that tells them to', () => {
    const prefix = 'vault.security.banzaicloud.io/';
    const given = { [`${prefix}mutate`]: 'skip', [`${prefix}vault-env-daemon`]: 'true' };
    expect(annotationsOfBankVaults(given).errors).toEqual([]);
    expect(annotationsOfBankVaults({ [`${prefix}vault-skip-verify`]: 'false' }).errors).toEqual([]);
  });
});

describe('a migrated pod', () => {
  const env = [{ name: 'B', value: 'vault:kv/b#k' }];
  const pod = aPod(
    vault({ 'agent-inject-secret-db': 'kv/db', role: 'web', 'agent-image': 'mine' }),
    { containers: [aContainer('app', { env, envFrom: [{}] })] },
  );

  it('has our words, no longer theirs, and keeps what cannot be said', () => {
    const { edits, notes, left } = migratePod(pod, 'cluster/vault');
    const paths = edits.map(({ path, value }) => [path.join(' '), value === null]);
    expect(paths).toContainEqual(['metadata annotations mayfly.dev/store', false]);
    expect(paths).toContainEqual(['metadata annotations vault.hashicorp.com/agent-inject', true]);
    expect(paths).not.toContainEqual([
      'metadata annotations vault.hashicorp.com/agent-image',
      true,
    ]);
    expect(edits.at(-1)).toEqual({
      path: ['spec', 'containers', 0, 'env', 0, 'value'],
      value: 'mayfly:cluster/vault:kv/b#k',
    });
    expect(notes).toHaveLength(2);
    expect(left).toHaveLength(1);
  });

  it('is answered as the other injector’s words were', () => {
    const { edits } = migratePod(pod, 'cluster/vault');
    const annotations = Object.fromEntries(
      edits.flatMap(({ path, value }) =>
        path[0] === 'metadata' && value !== null ? [[String(path[2]), value] as const] : [],
      ),
    );
    const decision = decideInjection(aPod(annotations), aContext());
    expect(decision).toMatchObject({ kind: 'inject', plan: { filesPath: '/vault/secrets' } });
  });

  it('of nobody else’s words is not changed', () => {
    const ours = aPod({ 'secret.db': 'cluster/vault:kv/db' });
    expect(migratePod(ours, 'cluster/vault')).toEqual({ edits: [], notes: [], left: [] });
  });
});
