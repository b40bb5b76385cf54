import { fileFormats } from '../agent-plan.ts';

/** Before every annotation of ours. */
export const prefix = 'mayfly.dev/';

/** An annotation that people write, for the parser and for docs/annotations.md. */
export interface AnnotationRow {
  /** Behind the prefix. */
  readonly name: string;
  /** What follows a dot: a name of the author's choice, or a variable. Null for an annotation that stands alone. */
  readonly of: 'NAME' | 'VAR' | null;
  readonly takes: string;
  readonly meaning: string;
}

export const annotationTable: readonly AnnotationRow[] = [
  {
    name: 'inject',
    of: null,
    takes: '`init` (default), `sidecar`',
    meaning:
      '`init` fetches once, before the containers start. `sidecar` fetches before they start and keeps what it fetched fresh: a native sidecar that lets Jobs end, with one login for both.',
  },
  {
    name: 'secret',
    of: 'NAME',
    takes: 'a reference, `STORE:PATH#KEY@VERSION`',
    meaning: 'Fetches it into the file NAME.',
  },
  {
    name: 'template',
    of: 'NAME',
    takes: 'a template',
    meaning:
      'Renders the file NAME. With `secret.NAME` its fields are the dot of the template; without, the template says itself what it reads.',
  },
  {
    name: 'format',
    of: 'NAME',
    takes: fileFormats.map((format) => `\`${format}\``).join(', '),
    meaning:
      'How the file NAME is written. Default `raw` for a reference with a key, `json` for one without. Not together with a template.',
  },
  {
    name: 'mode',
    of: 'NAME',
    takes: 'an octal mode such as `0440`',
    meaning:
      'Mode of the file. Default: the narrowest that lets the containers read it, see below. One that they cannot read is refused.',
  },
  {
    name: 'path',
    of: 'NAME',
    takes: 'a relative path',
    meaning: 'Name of the file below the folder of the files, when it is not NAME.',
  },
  {
    name: 'env',
    of: 'VAR',
    takes: 'a reference with a key',
    meaning:
      'Sets the variable VAR in the containers. The same as an environment entry whose value is `mayfly:` and a reference, which sets it in that container alone.',
  },
  {
    name: 'optional',
    of: 'VAR',
    takes: '`true`',
    meaning: 'An empty or missing value leaves the variable VAR out, instead of failing the pod.',
  },
  {
    name: 'on-change',
    of: null,
    takes: '`none` (default), `signal:NAME`, `restart`',
    meaning:
      'What a sidecar does when a file changed. A signal needs `shareProcessNamespace` and one `runAsUser` that is not root. NAME is HUP, INT, TERM, QUIT, USR1, USR2 or WINCH. `restart` restarts every container of the pod where it is, also when a variable changed; it needs `webhook.restartContainers`.',
  },
  {
    name: 'containers',
    of: null,
    takes: 'names, with commas between',
    meaning:
      'The containers and init containers that get the files and the variables of `env.VAR`. Default: every container but those of a service mesh, and no init container.',
  },
  {
    name: 'store',
    of: null,
    takes: '`NAME` or `cluster/NAME`',
    meaning: 'The store of references and templates that name none.',
  },
  {
    name: 'ttl',
    of: null,
    takes: 'a duration, `10s` to `24h`',
    meaning:
      'How old a value without a lease of its own may get before a sidecar reads it again. Default: what the administrator set, 5 minutes.',
  },
  {
    name: 'files-path',
    of: null,
    takes: 'an absolute path',
    meaning: 'Where the containers find the files. Default `/run/secrets/mayfly`.',
  },
  {
    name: 'order',
    of: null,
    takes: '`before` (default), `after`, `first`',
    meaning:
      'Where the agent stands among the init containers: `before` those of the pod and behind mesh proxies that run beside them, `after` all of them, or `first`.',
  },
  ...['requests', 'limits'].flatMap((kind) =>
    ['cpu', 'memory'].map((resource) => ({
      name: `resources.${kind}.${resource}`,
      of: null,
      takes: 'a quantity',
      meaning: `The agent's ${resource} ${kind}. In a Guaranteed pod requests are made equal to limits.`,
    })),
  ),
  {
    name: 'log-level',
    of: null,
    takes: '`debug`, `info`, `warn`, `error`',
    meaning: 'How much the agent logs. Never a value.',
  },
  {
    name: 'wait-for-secrets',
    of: null,
    takes: '`true`',
    meaning:
      'Holds the pod back from scheduling until the Secrets that it references exist: for EphemeralSecrets of the lifetime `WhileInUse`.',
  },
  {
    name: 'injected',
    of: null,
    takes: 'written by Mayfly alone',
    meaning: 'The containers that got the files and variables of the annotations.',
  },
];
