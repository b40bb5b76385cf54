import { randomBytes } from 'node:crypto';
import { checkIdentity } from './check-identity.ts';
import { engines } from './engines.ts';
import {
  absent,
  answer,
  asFields,
  asSeconds,
  asText,
  asTexts,
  denied,
  done,
  fail,
  mountOf,
  type FakeAnswer,
  type FakeRequest,
  type FakeState,
  type FakeToken,
} from './state.ts';

/** Answers one request as Vault 1.13 does. */
export async function answerFakeVault(
  state: FakeState,
  request: FakeRequest,
  token: string,
): Promise<FakeAnswer> {
  const { path } = request;
  if (path === 'sys/unseal') {
    state.isSealed = false;
    return answer({ data: { sealed: false } });
  }
  if (path === 'sys/health')
    return { status: state.isSealed ? 503 : 200, body: { sealed: state.isSealed } };
  if (state.isSealed) return fail(503, 'Vault is sealed');
  return await answerOpen(state, request, token);
}

async function answerOpen(
  state: FakeState,
  request: FakeRequest,
  token: string,
): Promise<FakeAnswer> {
  const { path, method } = request;
  const login = /^auth\/(.+)\/login$/u.exec(path);
  if (login !== null && method !== 'GET') return answerLogin(state, login[1] ?? '', request);
  return isKnown(state, request, token) ? await answerAllowed(state, request, token) : denied;
}

function isKnown(state: FakeState, request: FakeRequest, token: string): boolean {
  if (token === state.rootToken) return true;
  const known = state.tokens.get(token);
  return known !== undefined && known.expiresAt > Date.now() && isAllowed(state, known, request);
}

/** What every token may do: the policy `default`. */
const ownPaths = new Set(['auth/token/renew-self', 'auth/token/revoke-self', 'sys/leases/renew']);

function isAllowed(
  state: FakeState,
  { policies }: FakeToken,
  { path, method }: FakeRequest,
): boolean {
  if (ownPaths.has(path)) return true;
  const wanted = method === 'GET' ? ['read'] : ['create', 'update'];
  const rules = policies.flatMap((name) =>
    Object.entries(asFields(state.policies.get(name)?.['path'])),
  );
  return rules.some(([pattern, rule]) => {
    const isMatch = pattern.endsWith('*')
      ? path.startsWith(pattern.slice(0, -1))
      : path === pattern;
    return isMatch && asTexts(asFields(rule)['capabilities']).some((one) => wanted.includes(one));
  });
}

async function answerAllowed(
  state: FakeState,
  request: FakeRequest,
  token: string,
): Promise<FakeAnswer> {
  const { path } = request;
  if (path.startsWith('sys/')) return answerSystem(state, request);
  if (path.startsWith('auth/token/')) return answerToken(state, request, token);
  if (path.startsWith('auth/')) return answerLoginSettings(state, request);
  return await answerEngine(state, request, token);
}

function answerLoginSettings(state: FakeState, { path, body }: FakeRequest): FakeAnswer {
  const [, name = '', rest = ''] = /^auth\/([^/]+)\/(.+)$/u.exec(path) ?? [];
  const mount = state.logins.get(name);
  mount?.kept.set(rest, body);
  return mount === undefined ? absent : done;
}

async function answerEngine(
  state: FakeState,
  request: FakeRequest,
  token: string,
): Promise<FakeAnswer> {
  const { path } = request;
  const [, name = '', rest = ''] = /^([^/]+)\/(.+)$/u.exec(path) ?? [];
  const mount = state.engines.get(name);
  const engine = mount === undefined ? undefined : engines[mount.type];
  if (mount === undefined || engine === undefined) return absent;
  return await engine({
    mount,
    rest,
    request,
    openLease: (ttlSeconds, renewable) => {
      const id = `${path}/${randomBytes(12).toString('hex')}`;
      const expiresAt = Date.now() + ttlSeconds * 1000;
      state.leases.set(id, { owner: token, renewable, ttlSeconds, expiresAt });
      return id;
    },
  });
}

function answerSystem(state: FakeState, { path, body }: FakeRequest): FakeAnswer {
  const [, kind = '', name = ''] = path.split(/^sys\/(policies\/acl|auth|mounts|seal|leases)\/?/u);
  switch (kind) {
    case 'policies/acl':
      state.policies.set(name, asFields(JSON.parse(asText(body['policy']))));
      return done;
    case 'auth':
      state.logins.set(name, mountOf(body));
      return done;
    case 'mounts':
      state.engines.set(name, mountOf(body));
      return done;
    case 'seal':
      state.isSealed = true;
      return done;
    case 'leases':
      return answerLease(state, name, asText(body['lease_id']));
    default:
      return absent;
  }
}

function answerLease(state: FakeState, what: string, id: string): FakeAnswer {
  const lease = state.leases.get(id);
  if (lease === undefined || lease.expiresAt < Date.now()) return fail(400, 'lease not found');
  if (what === 'lookup') return answer({ data: { id } });
  if (!lease.renewable) return fail(400, 'lease is not renewable');
  const { ttlSeconds } = lease;
  lease.expiresAt = Date.now() + ttlSeconds * 1000;
  return answer({ lease_id: id, renewable: true, lease_duration: ttlSeconds });
}

function answerToken(state: FakeState, { path, body }: FakeRequest, token: string): FakeAnswer {
  const known = state.tokens.get(token);
  switch (path) {
    case 'auth/token/renew-self': {
      if (known === undefined) return denied;
      known.expiresAt = Math.min(known.maxAt, Date.now() + known.ttlSeconds * 1000);
      return answer({ auth: authOf(token, known) });
    }
    case 'auth/token/revoke-self':
      endToken(state, token);
      return done;
    case 'auth/token/revoke-accessor': {
      const accessor = asText(body['accessor']);
      const owner = [...state.tokens].find(([, one]) => one.accessor === accessor)?.[0];
      if (owner === undefined) return fail(400, 'invalid accessor');
      endToken(state, owner);
      return done;
    }
    default:
      return absent;
  }
}

function endToken(state: FakeState, token: string): void {
  state.tokens.delete(token);
  for (const [id, { owner }] of state.leases) if (owner === token) state.leases.delete(id);
}

function answerLogin(state: FakeState, name: string, { body }: FakeRequest): FakeAnswer {
  const mount = state.logins.get(name);
  if (mount === undefined) return denied;
  const role = mount.kept.get(`role/${asText(body['role'])}`);
  if (role === undefined) return fail(400, `role "${asText(body['role'])}" could not be found`);
  const problem = checkIdentity(
    asText(body['jwt']),
    asFields(mount.kept.get('config')),
    asFields(role),
  );
  if (problem !== null) return fail(400, problem);
  const token = `hvs.${randomBytes(24).toString('base64url')}`;
  const ttlSeconds = asSeconds(asFields(role)['token_ttl']);
  const known = {
    accessor: randomBytes(12).toString('base64url'),
    policies: asTexts(asFields(role)['token_policies']),
    ttlSeconds,
    maxAt: Date.now() + asSeconds(asFields(role)['token_max_ttl']) * 1000,
    expiresAt: Date.now() + ttlSeconds * 1000,
  };
  state.tokens.set(token, known);
  return answer({ auth: authOf(token, known) });
}

function authOf(token: string, { accessor, policies, expiresAt }: FakeToken): object {
  return {
    client_token: token,
    accessor,
    policies: [...policies, 'default'],
    token_policies: [...policies, 'default'],
    metadata: {},
    lease_duration: Math.round((expiresAt - Date.now()) / 1000),
    renewable: true,
    entity_id: '',
    token_type: 'service',
    orphan: true,
    mfa_requirement: null,
    num_uses: 0,
  };
}
