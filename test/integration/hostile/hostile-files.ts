import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { Encrypting } from '#test/support/sops/encrypting.ts';
import { stageNamespace } from '#test/support/stage/create-stage.ts';

/** Encrypts what is needed for a row. */
export interface Sealing {
  /** A manifest, or what stands in for one, as YAML whose values are encrypted. */
  readonly seal: (document: unknown) => Promise<string>;
  readonly encrypt: Encrypting['encrypt'];
  /** The Secret that the good file beside it makes. */
  readonly neighbour: string;
}

type Content = (sealing: Sealing) => Promise<string | Uint8Array>;

/** Something that a person with push rights puts in the place of a good file. */
export interface HostileFile {
  readonly name: string;
  readonly code: ErrorCode;
  readonly content: Content;
  /** Of the file's name; `yaml` unless told. */
  readonly type: 'yaml' | 'json' | 'env' | 'ini' | 'bin';
}

/** What every row starts from: a Secret that is as it should be. */
function aManifest(change: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'evil', ...metadata },
    stringData: { user: 'root', password: 'pass' },
    ...change,
  };
}

type Row = readonly [name: string, code: ErrorCode, content: Content, type?: HostileFile['type']];

function manifest(change: object, metadata: object = {}): Content {
  return ({ seal }) => seal(aManifest(change, metadata));
}

/** A good file, damaged afterwards by somebody without the key. */
function forged(change: (text: string) => string): Content {
  return async ({ seal }) => {
    const text = await seal(aManifest());
    const changed = change(text);
    if (changed === text) throw new Error('the forgery changes nothing');
    return changed;
  };
}

function text(content: string | Uint8Array): Content {
  return () => Promise.resolve(content);
}

function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 9 }, () => items).join(',')}]\n`;
  });
  return levels.join('');
}

const ageBlock = /-----BEGIN AGE ENCRYPTED FILE-----[^-]*-----END AGE ENCRYPTED FILE-----/u;

function armored(header: string): string {
  const body = Buffer.from(`age-encryption.org/v1\n${header}--- ${'A'.repeat(43)}\n`);
  const lines = body.toString('base64').match(/.{1,64}/gu) ?? [];
  const block = [
    '-----BEGIN AGE ENCRYPTED FILE-----',
    ...lines,
    '-----END AGE ENCRYPTED FILE-----',
  ];
  return block.join('\n            ');
}

const scrypt = `-> scrypt ${'A'.repeat(22)} 60\n${'A'.repeat(43)}\n`;
const proto =
  'apiVersion: v1\nkind: Secret\nmetadata: {name: evil}\n__proto__: {polluted: "yes"}\n';

const yamlRows: readonly Row[] = [
  ['aliases that unfold to millions', 'MAYFLY_YAML_LIMIT', forged((good) => bomb() + good)],
  [
    'more aliases than allowed',
    'MAYFLY_YAML_LIMIT',
    forged((good) => `a: &a 1\nb: [${'*a,'.repeat(1_100)}1]\n${good}`),
  ],
  [
    'lists within lists',
    'MAYFLY_YAML_LIMIT',
    forged((good) => `deep: ${'['.repeat(400)}${']'.repeat(400)}\n${good}`),
  ],
  [
    'a hundred thousand items',
    'MAYFLY_YAML_LIMIT',
    forged((good) => `many: [${'1,'.repeat(110_000)}1]\n${good}`),
  ],
  [
    'a thousand documents and more',
    'MAYFLY_YAML_LIMIT',
    forged((good) => `${'a: 1\n---\n'.repeat(1_100)}${good}`),
  ],
  ['a key twice', 'MAYFLY_YAML_DUPLICATE_KEY', forged((good) => `kind: ConfigMap\n${good}`)],
  [
    'a scalar over the limit of a file',
    'MAYFLY_GIT_FILE_TOO_LARGE',
    forged((good) => `huge: ${'x'.repeat(1_100_000)}\n${good}`),
  ],
  [
    'bytes that are no UTF-8',
    'MAYFLY_YAML_SYNTAX',
    async (sealing) =>
      Buffer.concat([
        Buffer.from('a: "\xff\xfe"\n', 'latin1'),
        Buffer.from(await sealing.seal(aManifest())),
      ]),
  ],
  ['a NUL in it', 'MAYFLY_YAML_SYNTAX', forged((good) => `a: "\0"\n${good}`)],
  [
    'UTF-16',
    'MAYFLY_SYNC_NOT_ENCRYPTED',
    async (sealing) => Buffer.from(`\uFEFF${await sealing.seal(aManifest())}`, 'utf16le'),
  ],
  [
    'a tag that asks for code',
    'MAYFLY_YAML_UNSUPPORTED',
    forged((good) => `run: !!js/function "function () {}"\n${good}`),
  ],
  [
    'its second half missing',
    'MAYFLY_SOPS_METADATA',
    forged((good) => good.slice(0, good.indexOf('BEGIN AGE') + 40)),
  ],
  [
    'a prototype among its fields',
    'MAYFLY_SYNC_MANIFEST_REFUSED',
    ({ encrypt }) => encrypt('x.yaml', proto),
  ],
];

const metadataRows: readonly Row[] = [
  ['no MAC', 'MAYFLY_SOPS_MAC_MISSING', forged((good) => good.replace(/^ +mac: .*\n/mu, ''))],
  [
    'an empty MAC',
    'MAYFLY_SOPS_MAC_MISSING',
    forged((good) => good.replace(/^( +mac: ).*$/mu, '$1""')),
  ],
  [
    'the MAC of another file',
    'MAYFLY_SOPS_MAC_MISMATCH',
    async ({ seal }) => {
      const other = /^ +mac: .*$/mu.exec(await seal(aManifest({ type: 'Opaque' })))?.[0] ?? '';
      return (await seal(aManifest())).replace(/^ +mac: .*$/mu, other);
    },
  ],
  ['a field added', 'MAYFLY_SOPS_MAC_MISMATCH', forged((good) => `type: Opaque\n${good}`)],
  [
    'an instant that is none',
    'MAYFLY_SOPS_METADATA',
    forged((good) => good.replace(/lastmodified: .*/u, 'lastmodified: "now"')),
  ],
  [
    'metadata that are a text',
    'MAYFLY_SOPS_METADATA',
    forged((good) => good.replace(/^sops:[^]*$/mu, 'sops: yes, please\n')),
  ],
  ['two rules', 'MAYFLY_SOPS_METADATA', forged((good) => `${good}    unencrypted_suffix: _x\n`)],
  [
    'no recipient',
    'MAYFLY_SOPS_METADATA',
    forged((good) => good.replace(/^ {4}age:\n(?: {8}.*\n)+/mu, '')),
  ],
  [
    'three hundred recipients',
    'MAYFLY_SOPS_LIMIT',
    forged((good) =>
      good.replace(
        /^ {4}age:\n((?: {8}.*\n)+)/mu,
        (_, one: string) => `    age:\n${one.repeat(300)}`,
      ),
    ),
  ],
  [
    'a pattern that repeats repeats',
    'MAYFLY_SOPS_PATTERN',
    forged((good) =>
      good.replace(/encrypted_regex: .*/u, 'encrypted_regex: ((a{1000}){1000}){1000}'),
    ),
  ],
  [
    'a pattern that looks back',
    'MAYFLY_SOPS_PATTERN',
    forged((good) => good.replace(/encrypted_regex: .*/u, String.raw`encrypted_regex: (a)\1`)),
  ],
  [
    'a pattern that never ends elsewhere',
    'MAYFLY_SOPS_VALUE_PLAIN',
    forged((good) =>
      good.replace(/encrypted_regex: .*/u, 'encrypted_regex: ^(([a-z])+.)+[A-Z]|.*$'),
    ),
  ],
  [
    'a data key in no armor',
    'MAYFLY_AGE_KEY_MALFORMED',
    forged((good) => good.replace(ageBlock, 'none')),
  ],
  [
    'a data key for a passphrase of much work',
    'MAYFLY_AGE_KEY_MALFORMED',
    forged((good) => good.replace(ageBlock, armored(scrypt))),
  ],
  [
    'a data key without stanzas',
    'MAYFLY_AGE_KEY_MALFORMED',
    forged((good) => good.replace(ageBlock, armored(''))),
  ],
  [
    'an encrypted value cut',
    'MAYFLY_SOPS_VALUE',
    forged((good) => good.replace(/,tag:[^,]{4}/u, ',tag:')),
  ],
  [
    'encrypted values swapped',
    'MAYFLY_SOPS_VALUE',
    forged((good) => good.replace(/(user: )(.*)\n( +password: )(.*)/u, '$1$4\n$3$2')),
  ],
  [
    'an encrypted value made plain',
    'MAYFLY_SOPS_VALUE_PLAIN',
    forged((good) => good.replace(/user: .*/u, 'user: mallory')),
  ],
  [
    'a file of JSON cut short',
    'MAYFLY_SOPS_SYNTAX',
    async ({ encrypt }) => (await encrypt('x.json', JSON.stringify(aManifest()))).slice(0, -20),
    'json',
  ],
  [
    'a file of JSON, changed',
    'MAYFLY_SOPS_VALUE',
    async ({ encrypt }) =>
      (await encrypt('x.json', JSON.stringify(aManifest()))).replace(/data:./u, '$&A'),
    'json',
  ],
  [
    'dotenv lines that are none',
    'MAYFLY_SOPS_SYNTAX',
    async ({ encrypt }) => `not a line\n${await encrypt('x.env', 'A=1\n')}`,
    'env',
  ],
  [
    'an INI section left open',
    'MAYFLY_SOPS_SYNTAX',
    async ({ encrypt }) => `[open\n${await encrypt('x.ini', '[a]\nb = 1\n')}`,
    'ini',
  ],
];

const plainRows: readonly Row[] = [
  ['a plain Secret', 'MAYFLY_SYNC_NOT_ENCRYPTED', text(JSON.stringify(aManifest()))],
  ['nothing', 'MAYFLY_SYNC_NOT_ENCRYPTED', text('')],
  [
    'noise',
    'MAYFLY_SYNC_NOT_ENCRYPTED',
    text(Uint8Array.from({ length: 4096 }, (_, at) => (at * 167) % 256)),
    'bin',
  ],
];

const manifestRows: readonly Row[] = [
  [
    'an owner',
    'MAYFLY_SYNC_MANIFEST_REFUSED',
    manifest({}, { ownerReferences: [{ kind: 'Pod', name: 'x' }] }),
  ],
  ['a finalizer', 'MAYFLY_SYNC_MANIFEST_REFUSED', manifest({}, { finalizers: ['never/ends'] })],
  [
    'a token of a service account',
    'MAYFLY_SYNC_MANIFEST_REFUSED',
    manifest({ type: 'kubernetes.io/service-account-token' }),
  ],
  [
    'a bootstrap token',
    'MAYFLY_SYNC_MANIFEST_REFUSED',
    manifest({ type: 'bootstrap.kubernetes.io/token' }),
  ],
  ['another namespace', 'MAYFLY_SYNC_MANIFEST_REFUSED', manifest({}, { namespace: 'kube-system' })],
  [
    'a label of Mayfly',
    'MAYFLY_SYNC_MANIFEST_REFUSED',
    manifest({}, { labels: { 'mayfly.dev/managed': 'false' } }),
  ],
  [
    'an annotation that steers others',
    'MAYFLY_SYNC_MANIFEST_REFUSED',
    manifest({}, { annotations: { 'argocd.argoproj.io/hook': 'Sync' } }),
  ],
  ['itself immutable', 'MAYFLY_SYNC_MANIFEST_REFUSED', manifest({ immutable: true })],
  ['a generated name', 'MAYFLY_SYNC_MANIFEST_REFUSED', manifest({}, { generateName: 'evil-' })],
  ['a list', 'MAYFLY_SYNC_MANIFEST_REFUSED', manifest({ kind: 'List', items: [aManifest()] })],
  ['another kind', 'MAYFLY_SYNC_MANIFEST_INVALID', manifest({ kind: 'ConfigMap' })],
  [
    'a name that leads out',
    'MAYFLY_SYNC_MANIFEST_INVALID',
    manifest({}, { name: '../../outside' }),
  ],
  ['a name with a NUL', 'MAYFLY_SYNC_MANIFEST_INVALID', manifest({}, { name: 'evil\0' })],
  ['a name that is hidden', 'MAYFLY_SYNC_MANIFEST_INVALID', manifest({}, { name: '.evil' })],
  [
    'a key that leads out',
    'MAYFLY_SYNC_KEY_NAME',
    manifest({ stringData: { '../../outside': 'x' } }),
  ],
  [
    'a key that is the link of the sink',
    'MAYFLY_SYNC_KEY_NAME',
    manifest({ stringData: { '..data': 'x' } }),
  ],
  ['a very long key', 'MAYFLY_SYNC_KEY_NAME', manifest({ stringData: { ['k'.repeat(300)]: 'x' } })],
  [
    'no base64',
    'MAYFLY_SYNC_MANIFEST_INVALID',
    manifest({ stringData: {}, data: { user: 'not base64!' } }),
  ],
  [
    'a map for a value',
    'MAYFLY_SYNC_MANIFEST_INVALID',
    manifest({ stringData: { user: { name: 'root' } } }),
  ],
  ['no key at all', 'MAYFLY_SYNC_EMPTY', manifest({ stringData: {} })],
  [
    'the name of its neighbour',
    'MAYFLY_SYNC_NAME_DUPLICATE',
    ({ seal, neighbour }) => seal(aManifest({}, { name: neighbour, namespace: stageNamespace })),
  ],
];

/** Files of a repository; each is answered with its code, and a good file beside it is delivered all the same. */
export const hostileFiles: readonly HostileFile[] = [
  ...yamlRows,
  ...metadataRows,
  ...plainRows,
  ...manifestRows,
].map(([name, code, content, type = 'yaml']) => ({ name, code, content, type }));
