/** What lies on the machine itself, where somebody with less right than Mayfly could have put it. */
import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import {
  aSecret,
  aSource,
  type Stage,
  type StageObject,
} from '#test/support/stage/create-stage.ts';

/** A file in the folder of objects. */
export interface HostileObjectFile {
  readonly name: string;
  readonly code: ErrorCode;
  readonly put: (path: string, stage: Stage) => Promise<void>;
}

/** An object whose spec asks for what it may not have; `put` prepares the machine. */
export interface HostileObject {
  readonly name: string;
  readonly code: ErrorCode;
  readonly render: (stage: Stage, name: string) => StageObject;
  readonly put?: (stage: Stage) => Promise<void>;
}

function holding(text: string): HostileObjectFile['put'] {
  return async (path) => await writeFile(path, text);
}

const head =
  'apiVersion: mayfly.dev/v1alpha1\nkind: GitSource\nmetadata: { name: x, namespace: shop }\n';
const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: x }\nstringData: { a: b }\n';

export const hostileObjectFiles: readonly HostileObjectFile[] = [
  { name: 'a plain Secret', code: 'MAYFLY_OBJECT_PLAIN_SECRET', put: holding(secret) },
  {
    name: 'an unknown kind',
    code: 'MAYFLY_OBJECT_KIND_UNKNOWN',
    put: holding('apiVersion: v1\nkind: Pod\nmetadata: { name: x, namespace: shop }\n'),
  },
  { name: 'broken YAML', code: 'MAYFLY_YAML_SYNTAX', put: holding('a: [\n') },
  { name: 'a key twice', code: 'MAYFLY_YAML_DUPLICATE_KEY', put: holding(`${head}kind: Secret\n`) },
  {
    name: 'aliases without end',
    code: 'MAYFLY_YAML_LIMIT',
    put: holding(`a: &a 1\nb: [${'*a,'.repeat(1_100)}1]\n`),
  },
  {
    name: 'a tag that asks for code',
    code: 'MAYFLY_YAML_UNSUPPORTED',
    put: holding(`${head}spec: !!js/function "x"\n`),
  },
  {
    name: 'an anchor on a prototype',
    code: 'MAYFLY_OBJECT_FIELD_UNKNOWN',
    put: holding(`${head}__proto__: { kind: Secret }\n`),
  },
  {
    name: 'more than may be read',
    code: 'MAYFLY_FILE_TOO_LARGE',
    put: holding(`# ${'x'.repeat(300_000)}\n`),
  },
  {
    name: 'a link to a file elsewhere',
    code: 'MAYFLY_FILE_NOT_REGULAR',
    put: async (path) => await symlink('/etc/passwd', path),
  },
  {
    name: 'a pipe that never answers',
    code: 'MAYFLY_FILE_NOT_REGULAR',
    put: (path) => {
      spawnSync('mkfifo', [path]);
      return Promise.resolve();
    },
  },
  {
    name: 'an object of another file',
    code: 'MAYFLY_OBJECT_DUPLICATE',
    put: holding(
      'apiVersion: mayfly.dev/v1alpha1\nkind: GitSource\nmetadata: { name: repo, namespace: shop }\nspec: { url: "https://evil.example.org/x", ref: { branch: main } }\n',
    ),
  },
];

function source(change: object): HostileObject['render'] {
  return (stage, name) => aSource(stage, name, change);
}

function keyed(name: string): HostileObject['render'] {
  return (_, object) =>
    aSecret(object, {
      path: 'cases/file-0/good.yaml',
      decryption: { keys: [{ secretRef: { name } }] },
    });
}

/** A key folder with one file. */
function putKey(place: string, content: string, mode?: number): NonNullable<HostileObject['put']> {
  return async (stage) => await stage.writeKey(place, content, mode);
}

async function linkKey(stage: Stage): Promise<void> {
  const folder = join(stage.root, 'keys', 'shop', 'linked');
  await mkdir(folder);
  await symlink('../age/keys.txt', join(folder, 'keys.txt'));
}

async function linkKeyFolder(stage: Stage): Promise<void> {
  await symlink('age', join(stage.root, 'keys', 'shop', 'linkedfolder'));
}

/** A link where a secret is to appear. */
async function linkInSink(stage: Stage): Promise<void> {
  await mkdir(join(stage.root, 'outside'));
  await symlink(join(stage.root, 'outside'), join(stage.secrets, 'taken'));
}

const inTheWay: HostileObject['render'] = (_, name) =>
  aSecret(name, { path: 'taken', target: { secret: { name: 'taken', from: 'yaml' } } });

export const hostileObjects: readonly HostileObject[] = [
  {
    name: 'a file of the machine for a URL',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: source({ url: 'file:///etc' }),
  },
  {
    name: 'a program for a URL',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: source({ url: 'ext::sh -c touch% /tmp/owned' }),
  },
  {
    name: 'an option for a URL',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: source({ url: '--upload-pack=touch /tmp/owned' }),
  },
  {
    name: 'a password in a URL',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: source({ url: 'https://user:word@localhost/x.git' }),
  },
  {
    name: 'an option for a branch',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: source({ ref: { branch: '--upload-pack=touch /tmp/owned' } }),
  },
  {
    name: 'the address of a cloud',
    code: 'MAYFLY_GIT_HOST_NOT_ALLOWED',
    render: source({ url: 'https://169.254.169.254/latest/meta-data' }),
  },
  {
    name: 'a host that is not allowed',
    code: 'MAYFLY_GIT_HOST_NOT_ALLOWED',
    render: source({ url: 'https://evil.example.com/x.git' }),
  },
  {
    name: 'another port of an allowed host',
    code: 'MAYFLY_GIT_HOST_NOT_ALLOWED',
    render: source({ url: 'https://localhost:22/x.git' }),
  },
  {
    name: 'a pattern without end',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: source({ include: [`${'*'.repeat(2_000)}x`] }),
  },
  {
    name: 'a path that leads out',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: (_, name) => aSecret(name, { path: '../../etc' }),
  },
  {
    name: 'a field of no kind',
    code: 'MAYFLY_OBJECT_FIELD_UNKNOWN',
    render: (_, name) => aSecret(name, { namespace: 'kube-system' }),
  },
  {
    name: 'a hook of its own',
    code: 'MAYFLY_SYNC_HOOK_UNKNOWN',
    render: (_, name) => aSecret(name, { path: 'cases/file-0/good.yaml', restart: ['touch'] }),
  },
  {
    name: 'a service account for its Secret',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: (_, name) =>
      aSecret(name, {
        target: { secret: { name, from: 'yaml', type: 'kubernetes.io/service-account-token' } },
      }),
  },
  {
    name: 'a label that steers others',
    code: 'MAYFLY_OBJECT_FIELD_INVALID',
    render: (_, name) =>
      aSecret(name, {
        target: { secret: { name, from: 'yaml', labels: { 'argocd.argoproj.io/instance': 'x' } } },
      }),
  },
  {
    name: 'a key that all may read',
    code: 'MAYFLY_KEY_EXPOSED',
    render: keyed('open'),
    put: putKey('open/keys.txt', 'AGE-SECRET-KEY-1', 0o644),
  },
  {
    name: 'a key that is a link',
    code: 'MAYFLY_FILE_NOT_REGULAR',
    render: keyed('linked'),
    put: linkKey,
  },
  {
    name: 'a folder of keys that is a link',
    code: 'MAYFLY_FOLDER_NOT_PLAIN',
    render: keyed('linkedfolder'),
    put: linkKeyFolder,
  },
  {
    name: 'a key that calls a program',
    code: 'MAYFLY_AGE_IDENTITY_PLUGIN',
    render: keyed('plugin'),
    put: putKey('plugin/keys.txt', 'AGE-PLUGIN-OWNED-1QQQQQQ\n'),
  },
  {
    name: 'a key that is none',
    code: 'MAYFLY_AGE_IDENTITY_INVALID',
    render: keyed('junk'),
    put: putKey('junk/keys.txt', 'junk\n'),
  },
  {
    name: 'a key without end',
    code: 'MAYFLY_FILE_TOO_LARGE',
    render: keyed('huge'),
    put: putKey('huge/keys.txt', '#'.repeat(3_000_000)),
  },
  {
    name: 'a link where its Secret belongs',
    code: 'MAYFLY_SINK_NOT_OWNED',
    render: inTheWay,
    put: linkInSink,
  },
];
