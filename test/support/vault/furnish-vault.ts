import { defaultClaims } from './make-tokens.ts';
import type { VaultClient } from './vault-client.ts';

export interface Furnishing {
  readonly root: VaultClient;
  /** Of who signs the identity tokens for `auth/jwt`. */
  readonly publicKeyPem: string;
  /** Where the double of a Redis listens. */
  readonly redisPort: number;
}

/** What the role `app` may do. Vault takes JSON where it takes HCL. */
const policy = {
  path: {
    'secret/data/team/*': { capabilities: ['read'] },
    'kv/team/*': { capabilities: ['read'] },
    'database/creds/app': { capabilities: ['read'] },
    'pki/issue/web': { capabilities: ['create', 'update'] },
    'transit/decrypt/app': { capabilities: ['create', 'update'] },
  },
};

/**
 * Gives a Vault a login `jwt` with the role `app`, `secret` (KV version 2), `kv` (version 1), `database/creds/app`,
 * `pki/issue/web` and the key `app` of `transit`. A fake takes the same calls.
 */
export async function furnishVault(furnishing: Furnishing): Promise<void> {
  const { root, publicKeyPem } = furnishing;
  await root.call('PUT', 'sys/policies/acl/app', { policy: JSON.stringify(policy) });
  await root.call('POST', 'sys/auth/jwt', { type: 'jwt' });
  await root.call('POST', 'auth/jwt/config', {
    jwt_validation_pubkeys: [publicKeyPem],
    bound_issuer: defaultClaims.iss,
  });
  await root.call('POST', 'auth/jwt/role/app', {
    role_type: 'jwt',
    user_claim: 'sub',
    bound_audiences: [...defaultClaims.aud],
    bound_subject: defaultClaims.sub,
    token_policies: ['app'],
    token_ttl: '20m',
    token_max_ttl: '1h',
  });
  await root.call('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  await root.call('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '1' } });
  await furnishDatabase(furnishing);
  await furnishPki(root);
  await root.call('POST', 'sys/mounts/transit', { type: 'transit' });
  await root.call('POST', 'transit/keys/app', {});
}

async function furnishDatabase({ root, redisPort }: Furnishing): Promise<void> {
  await root.call('POST', 'sys/mounts/database', { type: 'database' });
  await root.call('POST', 'database/config/redis', {
    plugin_name: 'redis-database-plugin',
    host: '127.0.0.1',
    port: redisPort,
    username: 'admin',
    password: 'of-the-double',
    allowed_roles: 'app',
  });
  await root.call('POST', 'database/roles/app', {
    db_name: 'redis',
    creation_statements: JSON.stringify(['+@read']),
    default_ttl: '10m',
    max_ttl: '1h',
  });
}

async function furnishPki(root: VaultClient): Promise<void> {
  await root.call('POST', 'sys/mounts/pki', { type: 'pki' });
  await root.call('POST', 'pki/root/generate/internal', { common_name: 'test', key_type: 'ec' });
  await root.call('POST', 'pki/roles/web', {
    allowed_domains: ['shop.test'],
    allow_subdomains: true,
    key_type: 'ec',
    generate_lease: true,
    ttl: '10m',
  });
}
