import { describe, expect, it } from '@jest/globals';
import type { KeyPick, SecretTarget } from '#core/api/ephemeral-secret.ts';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { DesiredSecret } from '#core/ports/secret-sink.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSecretBuild } from '#core/sync/content/build-secret.ts';
import { maxSecretBytes } from '#core/sync/content/check-size.ts';
import { collectValues } from '#core/sync/content/collect-values.ts';
import { parseKeyTemplate, renderKeys } from '#core/sync/content/render-keys.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { toNode } from '#test/support/memory/memory-decryptor.ts';

function aTarget(change: Partial<SecretTarget> = {}): SecretTarget {
  return {
    kind: 'secret',
    name: 'db',
    type: 'Opaque',
    labels: {},
    annotations: {},
    from: 'yaml',
    keys: [],
    template: null,
    ...change,
  };
}

function pick(key: KeyPick): SecretTarget {
  return aTarget({ from: 'keys', keys: [key] });
}

interface Given {
  readonly path?: string;
  readonly below?: string;
  readonly documents: readonly unknown[];
}

function renderWhole(): SecretBytes {
  return SecretBytes.take(Buffer.from('whole file'));
}

function build(target: SecretTarget, files: readonly Given[]): DesiredSecret {
  const made = createSecretBuild(target, { namespace: 'prod', path: 'apps' });
  for (const { path = 'apps/v.yaml', below = 'v.yaml', documents } of files) {
    const file = {
      format: 'yaml',
      documents: documents.map(toNode),
      lastModified: 0,
      wipe: () => undefined,
    } as const;
    made.add(path, collectValues({ file, path, below }, target, renderWhole));
  }
  return made.finish();
}

function textOf({ values }: DesiredSecret): unknown {
  return Object.fromEntries(
    [...values].map(([key, value]) => [key, Buffer.from(value.expose()).toString()]),
  );
}

describe('a Secret that is built', () => {
  it('takes every top-level value of yaml, json and dotenv', () => {
    const secret = build(aTarget(), [{ documents: [{ user: 'root', port: 5432, empty: null }] }]);
    expect(textOf(secret)).toEqual({ user: 'root', port: '5432', empty: '' });
  });

  it('takes section.key of ini, and no prefix for what stands before the first section', () => {
    const documents = [{ DEFAULT: { a: '1' }, db: { user: 'root' } }];
    expect(textOf(build(aTarget({ from: 'ini' }), [{ documents }]))).toEqual({
      a: '1',
      'db.user': 'root',
    });
  });

  it('takes a whole file under its name', () => {
    const target = aTarget({ from: 'file' });
    const secret = build(target, [{ path: 'apps/tls/server.pem', documents: ['x'] }]);
    expect(textOf(secret)).toEqual({ 'server.pem': 'whole file' });
  });

  it('picks values by their path, from the files they are in', () => {
    const target = aTarget({
      from: 'keys',
      keys: [
        { key: 'PASSWORD', valuePath: ['db', 'users', '1', 'password'], file: 'v.yaml' },
        { key: 'TOKEN', valuePath: ['token'], file: 'w.yaml' },
      ],
    });
    const secret = build(target, [
      { documents: [{ db: { users: [{ password: 'a' }, { password: 'b' }] } }] },
      { path: 'apps/w.yaml', below: 'w.yaml', documents: [{ token: 'c' }] },
    ]);
    expect(textOf(secret)).toEqual({ PASSWORD: 'b', TOKEN: 'c' });
  });

  it('has the keys of its templates and no others', () => {
    const template = {
      URL: 'postgres://{{ .user }}:{{ .password | urlquery }}@db:{{ index . "db.port" }}/shop',
      'app.json': '{{ toJSON . }}',
    };
    const values = { user: 'shop', password: 'p&w', 'db.port': 5432 };
    const secret = build(aTarget({ template }), [{ documents: [values] }]);
    expect(textOf(secret)).toEqual({
      URL: 'postgres://shop:p%26w@db:5432/shop',
      'app.json': '{"db.port":"5432","password":"p\\u0026w","user":"shop"}',
    });
  });

  it('is refused, with nothing left, where a template names a key that the files do not give', async () => {
    const unwiped = trackSecrets();
    const target = aTarget({ template: { A: '{{ .user }}', B: '{{ .missing }}' } });
    const made = createSecretBuild(target, { namespace: 'prod', path: 'apps' });
    made.add('apps/v.yaml', [['user', SecretBytes.take(Buffer.from('shop'))]]);
    const error = await expectCode(() => made.finish(), 'MAYFLY_TEMPLATE_MISSING');
    expect(error.message).toBe('template B at 1:4: .missing has no value');
    made.wipe();
    expect(unwiped()).toBe(0);
  });

  it('is refused where its templates make too much', async () => {
    const text = '{{ .a }}'.repeat(3);
    const target = aTarget({ template: { A: text, B: text } });
    const a = 'x'.repeat(maxSecretBytes / 4);
    await expectCode(() => build(target, [{ documents: [{ a }] }]), 'MAYFLY_SYNC_TOO_LARGE');
  });

  it('reads from no store', async () => {
    await expectCode(() => parseKeyTemplate('A', '{{ secret "a" }}'), 'MAYFLY_TEMPLATE_PATH');
    const values = new Map([['a', SecretBytes.take(Buffer.from('1'))]]);
    const made = renderKeys({ A: '{{ .a }}{{ .a }}' }, values, () => undefined);
    expect([...(made.get('A')?.expose() ?? [])]).toEqual([0x31, 0x31]);
  });

  it.each<{ what: string; code: ErrorCode; target?: SecretTarget; files: readonly unknown[][] }>([
    { what: 'a nested value', code: 'MAYFLY_SYNC_VALUE_NESTED', files: [[{ a: { b: 'c' } }]] },
    { what: 'a list at the top', code: 'MAYFLY_SYNC_VALUE_NESTED', files: [[['a']]] },
    { what: 'two documents', code: 'MAYFLY_SYNC_VALUE_NESTED', files: [[{ a: '1' }, { b: '2' }]] },
    { what: 'a key that is none', code: 'MAYFLY_SYNC_KEY_NAME', files: [[{ 'a b': '1' }]] },
    { what: 'no value', code: 'MAYFLY_SYNC_EMPTY', files: [[{}]] },
    { what: 'a key twice', code: 'MAYFLY_SYNC_KEY_DUPLICATE', files: [[{ a: '1' }], [{ a: '1' }]] },
    {
      what: 'too much',
      code: 'MAYFLY_SYNC_TOO_LARGE',
      files: [[{ a: 'x'.repeat(maxSecretBytes) }]],
    },
    {
      what: 'a path to nowhere',
      code: 'MAYFLY_SYNC_VALUE_MISSING',
      target: pick({ key: 'A', valuePath: ['a', '7', 'b'], file: 'v.yaml' }),
      files: [[{ a: ['x'] }]],
    },
    {
      what: 'a pick from a file that is not there',
      code: 'MAYFLY_SYNC_VALUE_MISSING',
      target: pick({ key: 'A', valuePath: ['a'], file: 'apps-other.yaml' }),
      files: [[{ a: 'x' }]],
    },
  ])('is refused with $what', async ({ code, target = aTarget(), files }) => {
    const given = files.map((documents) => ({ documents }));
    const error = await expectCode(() => build(target, given), code);
    expect(error.message).toContain('apps');
  });

  it('is wiped as a whole', () => {
    const made = createSecretBuild(aTarget(), { namespace: 'prod', path: 'apps' });
    const value = SecretBytes.take(Buffer.from('one'));
    made.add('apps/v.yaml', [['a', value]]);
    made.wipe();
    expect(value.isWiped).toBe(true);
  });
});
