import { createPublicKey } from 'node:crypto';
import { requirePart, whyMissing } from '#test/support/parts.ts';
import { openRealVault } from '#test/support/vault/open-real-vault.ts';
import { renderRequest } from '../https-connection.ts';
import { createProcReader, type ProcReader } from '../pods/read-proc.ts';
import type { BrokerStage } from './broker-stage.ts';
import type { Worker } from './exchange-load.ts';

export interface VaultPeer extends Worker {
  readonly proc: ProcReader;
  close(): Promise<void>;
}

/** A real Vault that believes the issuer of the stage, with the same secret; null where there is no Vault. */
export async function openVaultPeer({
  issuer,
  keys,
  place,
}: BrokerStage): Promise<VaultPeer | null> {
  if (whyMissing('vault') !== null) return null;
  const vault = await openRealVault(await requirePart('vault'));
  const pems = Object.values(keys).map(({ jwk }) => {
    return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  });
  const { root } = vault;
  await root.call('POST', 'auth/jwt/config', {
    jwt_validation_pubkeys: pems.map(String),
    jwt_supported_algs: Object.keys(keys),
    bound_issuer: issuer.url,
  });
  await root.call('POST', 'auth/jwt/role/bench', {
    role_type: 'jwt',
    user_claim: 'repository_id',
    bound_audiences: [`https://127.0.0.1:${place.port}`],
    bound_claims: { repository_owner_id: '65', repository_id: '74', ref: 'refs/heads/main' },
    token_policies: ['app'],
    token_ttl: '15m',
  });
  await root.call('POST', 'secret/data/team/db', { data: { PASSWORD: 'of the bench' } });
  const json = { 'content-type': 'application/json' };
  return {
    proc: createProcReader(vault.pid),
    place: { port: vault.port, caPem: vault.caPem },
    work: async (connection, jwt) => {
      const body = JSON.stringify({ role: 'bench', jwt });
      const login = await connection.send(renderRequest('POST /v1/auth/jwt/login', json, body));
      const { auth } = JSON.parse(login.toString()) as { auth: { client_token: string } };
      const headers = { 'x-vault-token': auth.client_token };
      return await connection.send(renderRequest('GET /v1/secret/data/team/db', headers));
    },
    close: async () => await vault.close(),
  };
}
