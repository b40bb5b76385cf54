import { Type, type Static } from 'typebox';
import { brokerSchema } from './sections/broker-schema.ts';
import { certsSchema } from './sections/certs-schema.ts';
import { electionSchema, kubeSchema } from './sections/kube-schema.ts';
import { webhookSchema } from './sections/webhook-schema.ts';
import * as setting from './setting.ts';

const strict = { additionalProperties: false } as const;
const hostPattern =
  '^([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?(:[0-9]{1,5})?|\\[[0-9a-f:.]{2,45}\\](:[0-9]{1,5})?|\\*\\.[a-z0-9][-.a-z0-9]{0,251})$';
const namespacePattern = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const hookNamePattern = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const labelKeyPattern =
  '^([a-z0-9][-.a-z0-9]{0,252}/)?[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$';
const labelValuePattern = '^([a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)?$';
const unitPattern = '^[a-zA-Z0-9@_][-.a-zA-Z0-9@_:]{0,249}\\.(service|scope)$';

const clusterSchema = Type.Object({
  id: Type.Optional(
    setting.text({
      description:
        'Names this machine or group of machines; part of every digest. Made at the first start when absent.',
      pattern: ['^[-._a-zA-Z0-9]{1,63}$', 'must be 1 to 63 letters, digits, dots or dashes'],
    }),
  ),
  labels: Type.Optional(
    Type.Record(
      Type.String({ pattern: labelKeyPattern }),
      setting.text({
        description: 'The value of the label.',
        pattern: [labelValuePattern, 'must be a label value of at most 63 characters'],
      }),
      {
        description:
          'Labels of this cluster or machine, such as `stage: production`: what `clusters` of an EphemeralSecret selects by.',
      },
    ),
  ),
});

const sinkSchema = Type.Object(
  {
    namespace: setting.text({
      description: 'The namespace whose Secrets are written here.',
      pattern: [namespacePattern, 'must be a lower-case DNS label'],
    }),
    directory: setting.path({ description: 'Gets one folder for each Secret.' }),
    owner: Type.Optional(setting.account({ description: 'Who owns the files.' })),
    group: Type.Optional(setting.account({ description: 'The group of the files.' })),
    mode: Type.Optional(
      setting.mode({ description: "The files' permissions, `'0400'` if absent." }),
    ),
    allowDisk: Type.Optional(
      setting.toggle({ description: 'Also write when the directory is not in memory.' }),
    ),
  },
  strict,
);

const hookSchema = Type.Object(
  {
    argv: Type.Optional(
      Type.Array(setting.text({ description: 'The program and its arguments; no shell.' })),
    ),
    unit: Type.Optional(
      setting.text({
        description: 'A systemd unit to signal.',
        pattern: [unitPattern, 'must be the name of a .service or .scope unit'],
      }),
    ),
    signal: Type.Optional(
      setting.choice(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'], {
        description: 'What the unit is sent.',
      }),
    ),
  },
  strict,
);

const gitSchema = Type.Object({
  allowedHosts: Type.Array(
    setting.text({
      description:
        'A host (any port), a host and port, or `*.` and the end of host names. One without a public address must be named exactly.',
      pattern: [hostPattern, 'must be HOST, HOST:PORT or *.SUFFIX in lower case'],
    }),
    {
      description: 'The hosts that GitSources may name. No other is ever connected to.',
      default: '',
    },
  ),
  limits: Type.Object({
    bytes: setting.size({
      description: 'What one repository may take on disk and one fetch may bring.',
      default: '256Mi',
      minimum: 1024,
    }),
    files: setting.integer({
      description: 'How many files a source may read.',
      default: '20000',
      minimum: 1,
    }),
    fileBytes: setting.size({
      description:
        'How large one file may be, at most 5Mi; an object asks for 1Mi unless it says more.',
      default: '5Mi',
      minimum: 1024,
      maximum: 5 * 1024 * 1024,
    }),
    commits: setting.integer({
      description: 'How many commits back the last accepted revision is searched for.',
      default: '10000',
      minimum: 1,
    }),
  }),
});

const pushHooksSchema = Type.Object({
  listen: Type.Optional(
    setting.address({ description: 'Where push hooks are received. Not served when absent.' }),
  ),
  certFile: Type.Optional(setting.path({ description: 'The certificate chain, PEM.' })),
  keyFile: Type.Optional(setting.path({ description: 'The private key, PEM.' })),
});

/** The administrator's configuration: every setting, its type, its default and what it is for. */
export const configurationSchema = Type.Object({
  objectsDir: setting.path({
    description: 'The folder of YAML files with the objects that `mayfly standalone` works on.',
    default: '/etc/mayfly/objects',
  }),
  stateDir: setting.path({
    description: 'What must outlive a restart; never a plaintext. One process a folder.',
    default: '/var/lib/mayfly',
  }),
  secretsDir: setting.path({
    description: 'Key files of `mayfly standalone`: `<secretsDir>/<namespace>/NAME/KEY`.',
    default: '/etc/mayfly/secrets',
  }),
  cluster: clusterSchema,
  sinks: Type.Optional(
    Type.Array(sinkSchema, { description: 'Where the Secrets of each namespace are written.' }),
  ),
  hooks: Type.Optional(
    Type.Record(Type.String({ pattern: hookNamePattern }), hookSchema, {
      description:
        'What `restart` of an EphemeralSecret may name: a program, or a unit and a signal.',
    }),
  ),
  git: gitSchema,
  lease: Type.Object({
    minTtl: setting.duration({
      description: 'The shortest lease that an EphemeralSecret may ask for.',
      default: '1m',
      minimum: 5000,
    }),
    maxTtl: setting.duration({
      description: 'The longest lease that an EphemeralSecret may ask for.',
      default: '24h',
      minimum: 60_000,
    }),
  }),
  log: Type.Object({
    level: setting.choice(['debug', 'info', 'warn', 'error'], {
      description: 'The least important lines that are written.',
      default: 'info',
    }),
    format: setting.choice(['auto', 'json', 'text'], {
      description: '`auto` is text on a terminal and JSON elsewhere.',
      default: 'auto',
    }),
  }),
  http: Type.Object({
    listen: Type.Optional(
      setting.address({
        description:
          'Where `/healthz`, `/readyz` and `/metrics` are served. Not served when absent.',
      }),
    ),
  }),
  pushHooks: pushHooksSchema,
  kube: kubeSchema,
  election: electionSchema,
  certs: certsSchema,
  webhook: webhookSchema,
  broker: brokerSchema,
  status: Type.Object({
    socket: setting.path({
      description: 'The unix socket that `mayfly status` asks.',
      default: '/run/mayfly/status.sock',
    }),
  }),
});

/** The configuration as the program uses it: durations in milliseconds, sizes in bytes. */
export type Configuration = Static<typeof configurationSchema>;
