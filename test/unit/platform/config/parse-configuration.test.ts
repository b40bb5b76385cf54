import { describe, expect, it } from '@jest/globals';
import type { MayflyError } from '#core/errors/mayfly-error.ts';
import {
  parseConfiguration,
  type ConfigurationSources,
} from '#platform/config/parse-configuration.ts';
import type { Configuration } from '#platform/config/schema.ts';

interface Given {
  readonly file?: string;
  readonly environment?: Record<string, string>;
  readonly flags?: readonly string[];
}

function sources({ file, environment = {}, flags = [] }: Given): ConfigurationSources {
  const bytes = Buffer.from(file ?? '');
  return { file: file === undefined ? null : { name: 'mayfly.yaml', bytes }, environment, flags };
}

function parse(given: Given): Configuration {
  const parsed = parseConfiguration(sources(given));
  if (parsed.kind === 'valid') return parsed.value;
  throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
}

function refuse(given: Given): readonly MayflyError[] {
  const parsed = parseConfiguration(sources(given));
  return parsed.kind === 'invalid' ? parsed.errors : [];
}

function told(given: Given): readonly string[] {
  return refuse(given).map(({ code, message }) => `${code} ${message}`);
}

const ofTheWebhook = {
  listen: { host: '0.0.0.0', port: 8443 },
  certFile: '/run/mayfly/tls/tls.crt',
  keyFile: '/run/mayfly/tls/tls.key',
  deadline: 4000,
  drain: 5000,
  envVia: 'none',
  restartContainers: false,
  compatibility: [],
  broker: {},
  agent: {
    command: [
      '/usr/local/bin/node',
      '--disable-proto=delete',
      '--disable-sigusr1',
      '--use-openssl-ca',
      '--max-semi-space-size=1',
      '/app/agent.mjs',
    ],
    imagePullSecrets: [],
    cpuRequest: '10m',
    cpuLimit: '500m',
    memoryRequest: '32Mi',
    memoryLimit: '128Mi',
    deadline: 60_000,
    refresh: 300_000,
    logLevel: 'info',
    meshProxies: [
      'istio-proxy',
      'linkerd-proxy',
      'kuma-sidecar',
      'consul-dataplane',
      'envoy-sidecar',
    ],
  },
};

describe('the configuration', () => {
  it('has a default for everything that is needed', () => {
    expect(parse({})).toEqual({
      objectsDir: '/etc/mayfly/objects',
      stateDir: '/var/lib/mayfly',
      secretsDir: '/etc/mayfly/secrets',
      cluster: {},
      git: {
        allowedHosts: [],
        limits: { bytes: 2 ** 28, files: 20_000, fileBytes: 5 * 2 ** 20, commits: 10_000 },
      },
      lease: { minTtl: 60_000, maxTtl: 86_400_000 },
      log: { level: 'info', format: 'auto' },
      http: {},
      pushHooks: {},
      kube: { namespaces: [], qps: 500, burst: 1000 },
      election: {
        namespace: 'mayfly-system',
        name: 'mayfly-controller',
        leaseDuration: 15_000,
        renewDeadline: 10_000,
        retryPeriod: 2000,
      },
      status: { socket: '/run/mayfly/status.sock' },
      broker: {
        deadline: 10_000,
        drain: 5000,
        restFactor: 3,
        trustedProxies: [],
        maxStale: 86_400_000,
        audit: { fileBytes: 67_108_864 },
        replay: { kind: 'file', valkey: { tls: true } },
        limits: {
          address: { perSecond: 100, burst: 200 },
          issuer: { perSecond: 500, burst: 1000 },
          tenant: { perSecond: 100, burst: 500 },
          subject: { perSecond: 10, burst: 300 },
          connections: 1000,
          tokens: 20_000,
          leases: 20_000,
        },
      },
      certs: {
        mode: 'self',
        secret: 'mayfly-webhook-tls',
        lease: 'mayfly-certs',
        services: ['mayfly-webhook'],
        mutatingWebhooks: ['mayfly-webhook'],
        validatingWebhooks: ['mayfly-webhook'],
        leafLifetime: 86_400_000,
        rootLifetime: 315_360_000_000,
      },
      webhook: ofTheWebhook,
    });
  });

  it('is read from a file', () => {
    const file = `
cluster: { id: edge-1 }
sinks:
  - { namespace: shop, directory: /run/shop, owner: shop, group: 1000, mode: '0440', allowDisk: true }
hooks:
  reload: { argv: [/usr/bin/nginx, -s, reload] }
  db: { unit: db@1.service, signal: SIGHUP }
git: { allowedHosts: [git.example.com, 'localhost:8443'], limits: { fileBytes: 2Mi, files: 7 } }
lease: { minTtl: 5s }
http: { listen: '[::1]:9000' }
pushHooks: { listen: localhost:9443, certFile: /c.pem, keyFile: /k.pem }
log:
`;
    expect(parse({ file })).toMatchObject({
      cluster: { id: 'edge-1' },
      sinks: [
        {
          namespace: 'shop',
          directory: '/run/shop',
          owner: 'shop',
          group: 1000,
          mode: 0o440,
          allowDisk: true,
        },
      ],
      hooks: {
        reload: { argv: ['/usr/bin/nginx', '-s', 'reload'] },
        db: { unit: 'db@1.service', signal: 'SIGHUP' },
      },
      git: {
        allowedHosts: ['git.example.com', 'localhost:8443'],
        limits: { fileBytes: 2 * 2 ** 20, files: 7 },
      },
      lease: { minTtl: 5000 },
      http: { listen: { host: '::1', port: 9000 } },
      pushHooks: { listen: { host: 'localhost', port: 9443 } },
      log: { level: 'info' },
    });
  });

  it('takes a flag over a variable over the file over the default', () => {
    const file = 'log: { level: warn, format: json }\nlease: { minTtl: 2m }\nstateDir: /file\n';
    const environment = { MAYFLY_LOG_LEVEL: 'error', MAYFLY_LEASE_MIN_TTL: '3m', OTHER: 'x' };
    const flags = ['--lease.minTtl', '4m', '--git.allowedHosts=a.example, *.b.example, [::1]:8443'];
    expect(parse({ file, environment, flags })).toMatchObject({
      log: { level: 'error', format: 'json' },
      lease: { minTtl: 240_000 },
      stateDir: '/file',
      git: { allowedHosts: ['a.example', '*.b.example', '[::1]:8443'] },
    });
  });

  it('spells a key the same way everywhere', () => {
    const environment = { MAYFLY_GIT_LIMITS_FILE_BYTES: '1Mi' };
    expect(parse({ environment }).git.limits.fileBytes).toBe(2 ** 20);
    expect(parse({ flags: ['--git.limits.fileBytes=1Mi'] }).git.limits.fileBytes).toBe(2 ** 20);
  });

  it('overlooks what Kubernetes sets for a Service of our name, and the name of the file', () => {
    const environment = {
      MAYFLY_CONFIG: '/x',
      MAYFLY_SERVICE_HOST: '10.0.0.1',
      MAYFLY_BROKER_SERVICE_PORT_HTTPS: '443',
      MAYFLY_PORT: 'tcp://10.0.0.1:443',
      MAYFLY_BROKER_PORT_443_TCP_ADDR: '10.0.0.1',
    };
    expect(refuse({ environment })).toEqual([]);
  });

  it('overlooks what commands of people and jobs take from the same shell', () => {
    const environment = {
      MAYFLY_IDENTITY: 'key.txt',
      MAYFLY_BROKER: 'https://b',
      MAYFLY_POLICY: 'a/b',
    };
    expect(refuse({ environment })).toEqual([]);
    expect(refuse({ environment: { MAYFLY_BROKR: 'https://b' } })).toHaveLength(1);
  });
});

describe('a wrong configuration', () => {
  it('is refused with all that is wrong at once, each with its place', () => {
    const given = {
      file: 'stateDr: /x\nlog: { levl: info }\nlease: { minTtl: 1s }\ngit: 5\n',
      environment: { MAYFLY_LOG_FORMT: 'json', MAYFLY_STATUS_SOCKET: 'relative' },
      flags: ['--lease.minTTL=5s', 'stray', '--stateDir'],
    };
    expect(told(given)).toEqual([
      'MAYFLY_CONFIG_UNKNOWN mayfly.yaml: stateDr is not a setting; did you mean stateDir?',
      'MAYFLY_CONFIG_INVALID mayfly.yaml: git must be a map of settings',
      'MAYFLY_CONFIG_UNKNOWN mayfly.yaml: log.levl is not a setting; did you mean level?',
      'MAYFLY_CONFIG_UNKNOWN the environment: MAYFLY_LOG_FORMT is not a setting; did you mean MAYFLY_LOG_FORMAT?',
      'MAYFLY_CONFIG_UNKNOWN the command line: lease.minTTL is not a setting; did you mean lease.minTtl?',
      'MAYFLY_CONFIG_INVALID the command line: a word is neither a flag nor its value',
      'MAYFLY_CONFIG_INVALID --stateDir: stateDir has no value',
      'MAYFLY_CONFIG_INVALID mayfly.yaml: lease.minTtl must be at least 5s',
      'MAYFLY_CONFIG_INVALID MAYFLY_STATUS_SOCKET: status.socket must be an absolute path',
    ]);
  });

  it.each([
    ['log: { level: loud }', 'log.level must be one of debug, info, warn, error'],
    ['stateDir: [a]', 'stateDir must be a text'],
    ['git: { limits: { files: many } }', 'git.limits.files must be a whole number'],
    ['git: { limits: { files: 0 } }', 'git.limits.files must be at least 1'],
    ['git: { limits: { fileBytes: 6Mi } }', 'git.limits.fileBytes must be at most 5242880 bytes'],
    [
      'git: { limits: { bytes: 5MB } }',
      'git.limits.bytes must be a size in bytes such as 512Ki or 5Mi',
    ],
    [
      'git: { limits: { bytes: 99999999999Gi } }',
      'git.limits.bytes must be a size in bytes such as 512Ki or 5Mi',
    ],
    ['git: { allowedHosts: one }', 'git.allowedHosts must be a list'],
    [
      'git: { allowedHosts: ["https://x"] }',
      'git.allowedHosts[0] must be HOST, HOST:PORT or *.SUFFIX in lower case',
    ],
    ['lease: { minTtl: soon }', 'lease.minTtl must be a duration such as 90s, 15m or 1h30m'],
    ['http: { listen: "localhost:99999" }', 'http.listen must be HOST:PORT or [IPV6]:PORT'],
    ...['10.0.0.0/33', '10.0.0/8', '::/129', '10.0.0.0/8/8', '10.0.0.0/', 'all'].map((network) => [
      `broker: { trustedProxies: ["${network}"] }`,
      'broker.trustedProxies[0] must be an IP address, or a network such as 10.0.0.0/8',
    ]),
    ['hooks: { "-x": { argv: [a] } }', 'hooks.-x has a name that is not allowed here'],
    ['hooks: []', 'hooks must be a map of names'],
    ['sinks: [5]', 'sinks[0] must be a map of settings'],
    ['sinks: [{ directory: /a }]', 'sinks[0].namespace is missing'],
    [
      'sinks: [{ namespace: a, directory: /a, mode: 0440 }]',
      "sinks[0].mode must be four octal digits in quotes such as '0440'",
    ],
    [
      'sinks: [{ namespace: a, directory: /a, owner: "a b" }]',
      'sinks[0].owner must be the name or the number of an account',
    ],
    [
      'sinks: [{ namespace: a, directory: /a, allowDisk: 1 }]',
      'sinks[0].allowDisk must be true or false',
    ],
    [
      'hooks: { a: { argv: [x], cwd: /x } }',
      'hooks.a.cwd is not a setting; none has a name like it',
    ],
    ['[1]', 'the file must be one map of settings'],
    ['a: 1\n---\nb: 2', 'the file must be one document'],
  ])('is refused: %s', (file, message) => {
    expect(refuse({ file }).map((error) => error.message)).toContain(`mayfly.yaml: ${message}`);
  });

  it('names settings that do not fit together', () => {
    expect(told({ file: 'hooks: { a: { argv: [x], unit: a.service } }\n' })).toEqual([
      'MAYFLY_CONFIG_CONFLICT hooks.a must have either argv, or unit and signal',
    ]);
    expect(told({ file: 'hooks: { a: { argv: [] } }\n' })).toHaveLength(1);
    expect(told({ file: 'hooks: { a: { unit: a.service } }\n' })).toHaveLength(1);
    expect(told({ flags: ['--lease.minTtl=2h', '--lease.maxTtl=1h'] })).toEqual([
      'MAYFLY_CONFIG_CONFLICT lease.minTtl is longer than lease.maxTtl',
    ]);
    expect(told({ flags: ['--pushHooks.listen=localhost:1'] })).toEqual([
      'MAYFLY_CONFIG_CONFLICT pushHooks.listen needs pushHooks.certFile and pushHooks.keyFile',
    ]);
    expect(
      told({ flags: ['--election.renewDeadline', '15s', '--election.retryPeriod', '8s'] }),
    ).toEqual([
      'MAYFLY_CONFIG_CONFLICT election.renewDeadline is not shorter than election.leaseDuration',
      'MAYFLY_CONFIG_CONFLICT election.retryPeriod is over half of election.renewDeadline',
    ]);
    expect(told({ flags: ['--broker.listen=localhost:1', '--broker.replay.kind=valkey'] })).toEqual(
      [
        'MAYFLY_CONFIG_CONFLICT broker.listen needs broker.certFile and broker.keyFile',
        'MAYFLY_CONFIG_CONFLICT broker.listen needs broker.url',
        'MAYFLY_CONFIG_CONFLICT broker.replay.kind needs broker.replay.valkey.server',
      ],
    );
  });

  it('keeps structure to the file', () => {
    expect(told({ environment: { MAYFLY_SINKS: 'x' }, flags: ['--hooks=x'] })).toEqual([
      'MAYFLY_CONFIG_INVALID MAYFLY_SINKS: sinks can be set in the file only',
      'MAYFLY_CONFIG_INVALID --hooks: hooks can be set in the file only',
    ]);
  });

  it('tells the line of a syntax error, and never the text', () => {
    const errors = refuse({ file: 'log:\n  level: "hunter2\n' });
    expect(errors[0]?.code).toMatch(/^MAYFLY_YAML_/u);
    expect(errors[0]?.message).not.toContain('hunter2');
    expect(JSON.stringify(refuse({ file: 'log: { level: hunter2 }' }))).not.toContain('hunter2');
  });

  it('makes no prototypes of names', () => {
    refuse({ file: '__proto__: { polluted: 1 }\nhooks: { __proto__: { argv: [x] } }\n' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
