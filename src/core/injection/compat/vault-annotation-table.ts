/** What becomes of an annotation of vault-k8s or openbao-k8s. */
export interface VaultRow {
  /** Behind `vault.hashicorp.com/` and `openbao.org/`. */
  readonly name: string;
  /** Whether `-NAME` follows, for one secret or one parameter. */
  readonly takesName: 'no' | 'may' | 'must';
  /**
   * `mapped` to an annotation of Mayfly; `store`: has to be what the Store says; `only` with the one value that Mayfly
   * does anyway; `refused`.
   */
  readonly fate: 'mapped' | 'store' | 'only' | 'refused';
  /** For `only`. */
  readonly value?: 'true' | 'false' | 'json';
  /** What it is mapped to, or the reason. */
  readonly note: string;
}

type Row = readonly [name: string, note: string];

type Fate = Omit<VaultRow, 'name' | 'note'>;

function rows(fate: Fate, ...named: readonly Row[]): readonly VaultRow[] {
  return named.map(([name, note]) => ({ ...fate, name, note }));
}

const mapped = { fate: 'mapped', takesName: 'no' } as const;
const mappedByName = { fate: 'mapped', takesName: 'must' } as const;
const mappedEither = { fate: 'mapped', takesName: 'may' } as const;
const store = { fate: 'store', takesName: 'no' } as const;
const onlyTrue = { fate: 'only', value: 'true', takesName: 'no' } as const;
const onlyFalse = { fate: 'only', value: 'false', takesName: 'no' } as const;
const onlyJson = { fate: 'only', value: 'json', takesName: 'no' } as const;
const onlyTrueByName = { fate: 'only', value: 'true', takesName: 'must' } as const;
const refused = { fate: 'refused', takesName: 'no' } as const;
const refusedByName = { fate: 'refused', takesName: 'must' } as const;

const backOff = 'the agent backs off by itself, with jitter and up to its deadline';
const ownUid = 'the agent runs as the uid that the containers share, or as one of its own';
const noCache = 'the agent has no caching proxy; programs speak to the store themselves';
const noFiles = 'certificates and keys are said by the Store, never by files of the pod';
const noPatch = "the agent's container is made by the administrator's webhook alone";
const noTuning = 'connections are bounded and reused without settings';

/** All 74 annotations of vault-k8s 1.7.6; openbao-k8s has the same but for `template-lease-renewal-threshold`. */
export const vaultAnnotationTable: readonly VaultRow[] = [
  ...rows(
    mapped,
    ['agent-inject', '`inject`; with `false` none of the others counts'],
    ['agent-pre-populate-only', '`inject: init` for `true`, else `inject: sidecar`'],
    ['agent-inject-containers', '`containers`'],
    ['agent-inject-default-template', 'the template of secrets that have none: `map` or `json`'],
    ['agent-init-first', '`order: first` for `true`, `order: after` for `false`'],
    ['agent-limits-cpu', '`resources.limits.cpu`'],
    ['agent-limits-mem', '`resources.limits.memory`'],
    ['agent-requests-cpu', '`resources.requests.cpu`'],
    ['agent-requests-mem', '`resources.requests.memory`'],
    ['log-level', '`log-level`; `trace` becomes `debug`'],
    ['template-static-secret-render-interval', '`ttl`'],
  ),
  ...rows(
    mappedByName,
    ['agent-inject-secret', '`template.NAME`, with the default template of vault-k8s'],
    ['agent-inject-template', '`template.NAME`'],
    ['agent-inject-file', '`path.NAME`'],
    ['agent-inject-perms', '`mode.NAME`'],
  ),
  ...rows(mappedEither, ['preserve-secret-case', 'whether NAME keeps its capital letters']),
  ...rows(mappedEither, ['secret-volume-path', '`files-path`; refused for one secret alone']),
  ...rows(
    store,
    ['service', 'the address of the Store'],
    ['namespace', 'the namespace of the Store'],
    ['role', 'the role of the Store'],
    ['auth-type', 'the login method of the Store'],
    ['auth-path', 'the mount of the login of the Store'],
    ['tls-server-name', 'the server name of the Store'],
  ),
  ...rows(
    onlyTrue,
    ['agent-pre-populate', 'containers start once their files are there'],
    ['agent-revoke-on-shutdown', 'the login is given back when the agent ends'],
    ['agent-auto-auth-exit-on-err', 'the agent gives up at its deadline'],
    ['template-config-exit-on-retry-failure', 'a file that cannot be made fails the pod'],
    ['agent-set-security-context', 'the agent always has the strictest security context'],
    ['agent-run-as-same-user', ownUid],
  ),
  ...rows(
    onlyFalse,
    ['agent-inject-token', 'programs get secrets, never the login of the agent'],
    ['agent-enable-quit', 'a native sidecar lets Jobs end without being asked to quit'],
    ['agent-cache-enable', noCache],
    ['tls-skip-verify', 'the certificate of a store is always verified'],
    ['agent-share-process-namespace', 'set `shareProcessNamespace` in the pod itself'],
  ),
  ...rows(onlyJson, ['log-format', 'the agent logs JSON lines']),
  ...rows(onlyTrueByName, ['error-on-missing-key', 'a missing key always fails']),
  ...rows(
    refusedByName,
    ['agent-inject-command', 'the agent runs no commands: use `on-change: signal:NAME`'],
    ['agent-inject-template-file', 'put the template into `template.NAME`'],
    ['agent-template-left-delim', 'write the template with {{ and }}'],
    ['agent-template-right-delim', 'write the template with {{ and }}'],
    ['auth-config', 'the login is said by the Store'],
    ['agent-telemetry', 'the agent of a pod serves no metrics'],
  ),
  ...rows(
    refused,
    ['agent-inject-status', 'it claims that another injector was here'],
    ['agent-configmap', 'the agent takes annotations alone'],
    ['agent-extra-secret', noFiles],
    ['agent-copy-volume-mounts', 'the agent mounts its own volumes alone'],
    ['agent-image', 'the image is chosen by the administrator'],
    ['agent-request-namespace', 'the namespace is that of the pod'],
    ['agent-json-patch', noPatch],
    ['agent-init-json-patch', noPatch],
    ['agent-limits-ephemeral', 'the agent writes to memory alone'],
    ['agent-requests-ephemeral', 'the agent writes to memory alone'],
    ['agent-run-as-user', ownUid],
    ['agent-run-as-group', ownUid],
    [
      'agent-service-account-token-volume-name',
      'the agent gets a token made for its store, and no other',
    ],
    ['agent-revoke-grace', 'the login is given back at once'],
    ['agent-cache-use-auto-auth-token', noCache],
    ['agent-cache-listener-port', noCache],
    ['agent-cache-exit-on-err', noCache],
    ['proxy-address', 'the agent connects to the address that the Store names'],
    ['tls-secret', noFiles],
    ['ca-cert', noFiles],
    ['ca-key', noFiles],
    ['client-cert', noFiles],
    ['client-key', noFiles],
    ['client-max-retries', backOff],
    ['client-timeout', backOff],
    ['auth-min-backoff', backOff],
    ['auth-max-backoff', backOff],
    ['go-max-procs', 'the agent is no Go program'],
    ['agent-disable-idle-connections', noTuning],
    ['agent-disable-keep-alives', noTuning],
    ['template-max-connections-per-host', noTuning],
    ['template-lease-renewal-threshold', 'leases are renewed at two thirds of their time'],
  ),
];
