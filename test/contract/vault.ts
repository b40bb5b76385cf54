import { describe, expect, it } from '@jest/globals';
import type { VaultOptions } from '#adapters/store/vault/vault-options.ts';
import type { StoredSecret, StoreSession } from '#core/ports/secret-store.ts';
import type { SecretNode } from '#core/secret/secret-tree.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { until } from '#test/support/until.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';
import { textAt } from '#test/support/vault/vault-client.ts';
import {
  vaultImplementations,
  vaultOptionsOf,
  type VaultImplementation,
} from '#test/support/vault/vault-under-test.ts';

interface VaultUnderTest {
  readonly vault: OpenVault;
  readonly implementation: VaultImplementation;
}

type Given = () => VaultUnderTest;

const signal = (): AbortSignal => AbortSignal.timeout(10_000);

async function logIn(
  { vault, implementation }: VaultUnderTest,
  options: Partial<VaultOptions> = {},
): Promise<StoreSession> {
  const store = vaultImplementations[implementation](vaultOptionsOf(vault, options));
  const token = vault.tokens.make();
  try {
    return await store.login(token, signal());
  } finally {
    token.wipe();
  }
}

function plain(node: SecretNode): unknown {
  if (node.kind === 'null') return null;
  if (node.kind === 'list') {
    return node.items.map((item) => (item.kind === 'comment' ? null : plain(item)));
  }
  if (node.kind === 'map') {
    return node.entries.map((entry) =>
      entry.kind === 'entry' ? [entry.key, plain(entry.value)] : null,
    );
  }
  return `${node.type} ${Buffer.from(node.bytes.expose()).toString('utf8')}`;
}

function keysOf({ fields }: StoredSecret): readonly string[] {
  return fields.entries.flatMap((entry) => (entry.kind === 'entry' ? [entry.key] : []));
}

function isTrue(): boolean {
  return true;
}

function isFalse(): boolean {
  return false;
}

/** What a Vault does beyond the contract of stores, the real one and the fake. */
export function describeVault(name: string, given: Given): void {
  describe(`${name}, beyond the contract`, () => {
    describeValues(given);
    describeEngines(given);
    describeEnds(given);
  });
}

function describeValues(given: Given): void {
  it.each(['secret/data', 'kv'])('keeps what is no text as it is spelled, in %s', async (mount) => {
    const { root } = given().vault;
    const fields = {
      big: 12345678901,
      list: ['a', 1, true],
      nothing: null,
      tree: { depth: { leaf: 'x' } },
      yes: true,
    };
    const path = `${mount}/team/typed`;
    await root.call('POST', path, mount === 'kv' ? fields : { data: fields });
    const session = await logIn(given());
    const secret = await session.read({ path, version: null }, signal());
    expect(plain(secret.fields)).toEqual([
      ['big', 'int 12345678901'],
      ['list', ['str a', 'int 1', 'bool true']],
      ['nothing', null],
      ['tree', [['depth', [['leaf', 'str x']]]]],
      ['yes', 'bool true'],
    ]);
    secret.wipe();
  });

  it('reads below a prefix, which failures do not tell', async () => {
    const { root } = given().vault;
    await root.call('POST', 'secret/data/team/below', { data: { a: '1' } });
    const session = await logIn(given(), { pathPrefix: 'secret/data' });
    const secret = await session.read({ path: 'team/below', version: null }, signal());
    expect([keysOf(secret), secret.version]).toEqual([['a'], expect.any(String)]);
    secret.wipe();
    const missing = session.read({ path: 'team/not-there', version: null }, signal());
    const error = await expectCode(missing, 'MAYFLY_STORE_NOT_FOUND');
    expect(error.message).toMatch(/ team\/not-there/u);
  });

  it('takes a secret of version 1 that looks like one of version 2 for what it is', async () => {
    const { root } = given().vault;
    const path = 'kv/team/lookalike';
    await root.call('POST', path, {
      data: { a: 'b' },
      metadata: { created_time: '2026-01-01T00:00:00Z', version: 1 },
    });
    const session = await logIn(given());
    const secret = await session.read({ path, version: null }, signal());
    expect(keysOf(secret)).toEqual(['data', 'metadata']);
    secret.wipe();
  });

  it('says that a deleted and a destroyed version are not there', async () => {
    const { root } = given().vault;
    const path = 'secret/data/team/deleted';
    await root.call('POST', path, { data: { a: '1' } });
    await root.call('POST', path, { data: { a: '2' } });
    await root.call('DELETE', path);
    await root.call('PUT', 'secret/destroy/team/deleted', { versions: [1] });
    const session = await logIn(given());
    await expectCode(session.read({ path, version: null }, signal()), 'MAYFLY_STORE_NOT_FOUND');
    await expectCode(session.read({ path, version: '1' }, signal()), 'MAYFLY_STORE_NOT_FOUND');
  });
}

function describeEngines(given: Given): void {
  it('writes to a path with parameters: a certificate with its lease', async () => {
    const session = await logIn(given());
    const parameters = { common_name: 'web.shop.test' };
    const secret = await session.read(
      { path: 'pki/issue/web', version: null, parameters },
      signal(),
    );
    expect(keysOf(secret)).toEqual(expect.arrayContaining(['certificate', 'private_key']));
    expect(secret.lease).toMatchObject({ renewable: false });
    expect(Math.abs((secret.lease?.durationMs ?? 0) - 600_000)).toBeLessThan(10_000);
    await expectCode(
      session.renewLease(secret.lease?.id ?? '', signal()),
      'MAYFLY_STORE_LEASE_ENDED',
    );
    secret.wipe();
  });

  it('writes to a path with parameters: what transit decrypts', async () => {
    const { root } = given().vault;
    const sealed = await root.call('POST', 'transit/encrypt/app', { plaintext: 'b3Blbg==' });
    const session = await logIn(given());
    const parameters = { ciphertext: textAt(sealed, 'data', 'ciphertext') };
    const path = { path: 'transit/decrypt/app', version: null, parameters };
    const secret = await session.read(path, signal());
    expect(plain(secret.fields)).toEqual([['plaintext', 'str b3Blbg==']]);
    secret.wipe();
  });

  it('says that a request is wrong, without the words of the store', async () => {
    const session = await logIn(given());
    const parameters = { common_name: 'web.elsewhere.test' };
    const read = session.read({ path: 'pki/issue/web', version: null, parameters }, signal());
    const error = await expectCode(read, 'MAYFLY_STORE_REFUSED');
    expect(error.message).toBe('store vault takes the request for pki/issue/web to be wrong');
  });
}

function describeEnds(given: Given): void {
  it('ends a lease with the login that opened it', async () => {
    const { root } = given().vault;
    const session = await logIn(given());
    const secret = await session.read({ path: 'database/creds/app', version: null }, signal());
    const lookup = { lease_id: secret.lease?.id ?? '' };
    await expect(root.call('PUT', 'sys/leases/lookup', lookup)).resolves.toMatchObject({
      data: { id: lookup.lease_id },
    });
    await session.revoke(signal());
    // The store works on what a login leaves behind in its own time.
    await until(() => root.call('PUT', 'sys/leases/lookup', lookup).then(isFalse, isTrue));
    secret.wipe();
  });

  it('says of a login that an operator ended: denied to read, ended to renew', async () => {
    const { root } = given().vault;
    const session = await logIn(given());
    await root.call('POST', 'secret/data/team/ended', { data: { a: '1' } });
    await root.call('POST', 'auth/token/revoke-accessor', { accessor: session.accessor ?? '' });
    const path = 'secret/data/team/ended';
    await expectCode(session.read({ path, version: null }, signal()), 'MAYFLY_STORE_DENIED');
    await expectCode(session.renew(signal()), 'MAYFLY_STORE_LOGIN_ENDED');
  });

  it('refuses a role that there is not', async () => {
    const { vault, implementation } = given();
    const options = vaultOptionsOf(vault);
    const login = { ...options.provider.login, role: 'nobody' };
    const store = vaultImplementations[implementation]({
      ...options,
      provider: { ...options.provider, login },
    });
    const error = await expectCode(
      store.login(vault.tokens.make(), signal()),
      'MAYFLY_STORE_LOGIN_DENIED',
    );
    expect(error.message).toBe('store vault did not accept the login as nobody');
  });

  it('says that it is sealed, and goes on with the same login when it is not', async () => {
    const { vault, implementation } = given();
    await vault.root.call('POST', 'secret/data/team/sealed', { data: { a: '1' } });
    const store = vaultImplementations[implementation](vaultOptionsOf(vault));
    const session = await store.login(vault.tokens.make(), signal());
    const path = { path: 'secret/data/team/sealed', version: null };
    await vault.seal();
    await expectCode(store.probe(signal()), 'MAYFLY_STORE_SEALED');
    await expectCode(session.read(path, signal()), 'MAYFLY_STORE_SEALED');
    await expectCode(store.login(vault.tokens.make(), signal()), 'MAYFLY_STORE_SEALED');
    await vault.unseal();
    (await session.read(path, signal())).wipe();
  });
}
