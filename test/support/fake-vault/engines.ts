import { randomBytes } from 'node:crypto';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import {
  absent,
  answer,
  asFields,
  asSeconds,
  asText,
  asTexts,
  done,
  fail,
  type FakeAnswer,
  type FakeMount,
  type FakeRequest,
  type Fields,
} from './state.ts';

/** A call to what is mounted. */
export interface EngineCall {
  readonly mount: FakeMount;
  /** Below the mount. */
  readonly rest: string;
  readonly request: FakeRequest;
  /** Opens a lease and answers its id. */
  openLease(seconds: number, renewable: boolean): string;
}

type Engine = (call: EngineCall) => FakeAnswer | Promise<FakeAnswer>;

/** By the type of the engine; each answers as Vault 1.13 does, as far as the contract of stores goes. */
export const engines: Readonly<Record<string, Engine>> = {
  kv: (call) => (call.mount.version === '2' ? answerVersioned(call) : answerPlain(call)),
  database: answerDatabase,
  pki: answerPki,
  transit: answerTransit,
};

const daySeconds = 24 * 3600;

function answerPlain({ mount, rest, request }: EngineCall): FakeAnswer {
  if (request.method !== 'GET') {
    mount.kept.set(rest, request.body);
    return done;
  }
  const data = mount.kept.get(rest);
  return data === undefined
    ? absent
    : answer({ lease_duration: 32 * daySeconds, data: sort(data) });
}

interface Version {
  readonly data: unknown;
  readonly createdAt: string;
  isDeleted: boolean;
}

function answerVersioned({ mount, rest, request }: EngineCall): FakeAnswer {
  const [, kind = '', name = ''] = /^(data|destroy)\/(.+)$/u.exec(rest) ?? [];
  const versions = (mount.kept.get(name) ?? []) as readonly Version[];
  switch (kind === 'destroy' ? kind : request.method) {
    case 'destroy':
      asNumbers(request.body['versions']).forEach((number) => remove(versions[number - 1]));
      return done;
    case 'DELETE':
      remove(versions.at(-1));
      return done;
    case 'GET':
      return readVersion(versions, Number(request.query.get('version') ?? versions.length));
    default: {
      const createdAt = new Date().toISOString();
      const made = { data: request.body['data'], createdAt, isDeleted: false };
      mount.kept.set(name, [...versions, made]);
      return answer({ data: metadataOf(made, versions.length + 1) });
    }
  }
}

function asNumbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

function readVersion(versions: readonly Version[], number: number): FakeAnswer {
  const found = versions[number - 1];
  if (found === undefined) return absent;
  const metadata = metadataOf(found, number);
  const data = { data: found.isDeleted ? null : sort(found.data), metadata };
  return { ...answer({ data }), status: found.isDeleted ? 404 : 200 };
}

function remove(version: Version | undefined): void {
  if (version !== undefined) version.isDeleted = true;
}

function metadataOf({ createdAt, isDeleted }: Version, version: number): Fields {
  return {
    created_time: createdAt,
    custom_metadata: null,
    deletion_time: isDeleted ? createdAt : '',
    destroyed: false,
    version,
  };
}

function answerDatabase({ mount, rest, request, openLease }: EngineCall): FakeAnswer {
  const [kind, name = ''] = rest.split('/');
  if (kind !== 'creds') {
    mount.kept.set(rest, request.body);
    return done;
  }
  const role = mount.kept.get(`roles/${name}`);
  if (role === undefined) return fail(400, `unknown role: ${name}`);
  const seconds = asSeconds(asFields(role)['default_ttl']);
  const username = `V_${name.toUpperCase()}_${randomBytes(8).toString('hex').toUpperCase()}`;
  return answer({
    lease_id: openLease(seconds, true),
    renewable: true,
    lease_duration: seconds,
    data: { password: randomBytes(12).toString('base64url'), username },
  });
}

async function answerPki({ mount, rest, request, openLease }: EngineCall): Promise<FakeAnswer> {
  const [kind, name = ''] = rest.split('/');
  if (kind !== 'issue') {
    mount.kept.set(rest, request.body);
    return kind === 'root' ? answer({ data: {} }) : done;
  }
  const role = asFields(mount.kept.get(`roles/${name}`));
  const host = asText(request.body['common_name']);
  const isAllowed = asTexts(role['allowed_domains']).some((domain) => host.endsWith(`.${domain}`));
  if (!isAllowed) return fail(400, `common name ${host} not allowed by this role`);
  const { caPem, certPem, keyPem } = await createTestCertificates([host]);
  const seconds = asSeconds(role['ttl']);
  const expiration = Math.floor(Date.now() / 1000) + seconds;
  return answer({
    lease_id: openLease(seconds, false),
    lease_duration: seconds,
    data: {
      ca_chain: [caPem],
      certificate: certPem,
      expiration,
      issuing_ca: caPem,
      private_key: keyPem,
      private_key_type: 'ec',
      serial_number: '02',
    },
  });
}

function answerTransit({ mount, rest, request }: EngineCall): FakeAnswer {
  const [kind, name = ''] = rest.split('/');
  if (kind === 'keys') return done;
  if (kind === 'encrypt') {
    const ciphertext = `vault:v1:${randomBytes(24).toString('base64')}`;
    mount.kept.set(`${name} ${ciphertext}`, request.body['plaintext']);
    return answer({ data: { ciphertext, key_version: 1 } });
  }
  const plaintext = mount.kept.get(`${name} ${asText(request.body['ciphertext'])}`);
  return plaintext === undefined
    ? fail(400, 'invalid ciphertext')
    : answer({ data: { plaintext } });
}

/** Go writes the keys of a map in their order. */
function sort(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sort);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sort(item)]));
}
