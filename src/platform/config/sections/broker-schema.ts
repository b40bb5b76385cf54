import { Type } from 'typebox';
import * as setting from '../setting.ts';

const auditSchema = Type.Object({
  folder: Type.Optional(
    setting.path({
      description: 'Where the audit log is written. `<stateDir>/audit` when absent.',
    }),
  ),
  fileBytes: setting.size({
    description: 'How large one file of it grows before the next is begun.',
    default: '64Mi',
    minimum: 1024 * 1024,
  }),
  keepFiles: Type.Optional(
    setting.integer({
      description: 'How many files are kept. All of them when absent.',
      minimum: 2,
    }),
  ),
});

const valkeySchema = Type.Object({
  server: Type.Optional(
    setting.address({ description: 'Where the Valkey or Redis is, for `kind: valkey`.' }),
  ),
  tls: setting.toggle({ description: 'Whether it is spoken to by TLS.', default: 'true' }),
  caFile: Type.Optional(
    setting.path({ description: 'PEM certificates to trust instead of those of the system.' }),
  ),
  username: Type.Optional(setting.text({ description: 'As whom to log in.' })),
  passwordFile: Type.Optional(setting.path({ description: 'A file with the password.' })),
});

const replaySchema = Type.Object({
  kind: setting.choice(['file', 'memory', 'valkey'], {
    description:
      '`file`: in the state folder, for one broker. `memory`: tokens that were issued before the start are refused. `valkey`: for several brokers together, with the tokens of their own.',
    default: 'file',
  }),
  valkey: valkeySchema,
});

function rate(
  what: string,
  perSecond: string,
  burst: string,
): Type.TObject<{ perSecond: Type.TUnsafe<number>; burst: Type.TUnsafe<number> }> {
  return Type.Object({
    perSecond: setting.integer({
      description: `Requests a second that ${what} gets over a longer time.`,
      default: perSecond,
      minimum: 1,
      maximum: 1_000_000,
    }),
    burst: setting.integer({
      description: 'How many it gets at once after a quiet time.',
      default: burst,
      minimum: 1,
      maximum: 1_000_000,
    }),
  });
}

const limitsSchema = Type.Object({
  address: rate('one address, before anything is looked at,', '100', '200'),
  issuer: rate(
    'one issuer for tenants that were given something since the start, and as much again for all others,',
    '500',
    '1000',
  ),
  tenant: rate('one owner, group, organisation or namespace of an issuer', '100', '500'),
  subject: rate('one subject of an issuer', '10', '300'),
  connections: setting.integer({
    description: 'Connections at a time.',
    default: '1000',
    minimum: 10,
    maximum: 100_000,
  }),
  tokens: setting.integer({
    description:
      "Tokens of the broker's own that are good at a time, of all brokers that share a Valkey together. One subject has a tenth of them, or 100.",
    default: '20000',
    minimum: 10,
    maximum: 1_000_000,
  }),
  leases: setting.integer({
    description:
      'Leases at a time that hold something at a store; as many others are remembered. One subject has a tenth of them, or 100.',
    default: '20000',
    minimum: 10,
    maximum: 1_000_000,
  }),
});

/** The broker: values for the identity tokens of CI jobs and pods. */
export const brokerSchema = Type.Object({
  url: Type.Optional(
    setting.text({
      description:
        'The address that callers use, such as `https://broker.example.com`: what their tokens have to be made for.',
      pattern: [
        '^https://[a-z0-9][-.a-z0-9]{0,252}(:[0-9]{1,5})?$',
        'must be https://HOST or https://HOST:PORT in lower case',
      ],
    }),
  ),
  listen: Type.Optional(
    setting.address({
      description: 'Where it answers. `mayfly standalone` serves no broker when absent.',
    }),
  ),
  trustedProxies: Type.Array(setting.network({ description: 'An address or a network.' }), {
    description:
      'Proxies that say in `X-Forwarded-For` who calls. Whoever reaches the broker from there is counted by, and recorded with, the address that they name.',
    default: '',
  }),
  certFile: Type.Optional(
    setting.path({ description: 'The certificate chain, PEM; read again when it changes.' }),
  ),
  keyFile: Type.Optional(
    setting.path({ description: 'The private key, PEM; read again when it changes.' }),
  ),
  deadline: setting.duration({
    description: 'How long an answer may take.',
    default: '10s',
    minimum: 500,
    maximum: 60_000,
  }),
  drain: setting.duration({
    description: 'How long it answers on after it was told to end and is no longer ready.',
    default: '5s',
    minimum: 0,
    maximum: 15_000,
  }),
  restFactor: setting.integer({
    description:
      'Values last at most so many times what is left of the identity token, and no longer than the policy says.',
    default: '3',
    minimum: 1,
    maximum: 100,
  }),
  maxStale: setting.duration({
    description: 'How long a GitSource is believed that does not answer.',
    default: '24h',
    minimum: 60_000,
    maximum: 86_400_000,
  }),
  audit: auditSchema,
  replay: replaySchema,
  limits: limitsSchema,
});
