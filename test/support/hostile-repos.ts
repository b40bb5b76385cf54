/**
 * Repositories that somebody with push rights could make to harm their reader. Each is written as raw objects into
 * a bare repository, past every check that git makes when it commits. All hold `good.txt` too.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ErrorCode } from '#core/errors/catalogue.ts';

/** One entry of a raw tree; `content` is a blob's bytes, entries of a folder, or the id of a commit. */
export interface RawEntry {
  readonly mode: '100644' | '100755' | '120000' | '160000' | '40000';
  readonly name: string | Uint8Array;
  readonly content: string | Uint8Array | readonly RawEntry[];
}

export interface HostileRepository {
  readonly name: string;
  readonly entries: () => readonly RawEntry[];
  /** What the reader must answer: the whole pass is refused, or the entries below are. */
  readonly expected:
    | { readonly kind: 'refused'; readonly code: ErrorCode }
    | { readonly kind: 'skipped'; readonly codes: readonly ErrorCode[] }
    | { readonly kind: 'unread'; readonly codes: readonly ErrorCode[] }
    | { readonly kind: 'harmless'; readonly files: number };
}

const good: RawEntry = { mode: '100644', name: 'good.txt', content: 'good' };

function file(name: string | Uint8Array, content: string | Uint8Array = 'x'): RawEntry {
  return { mode: '100644', name, content };
}

function folder(name: string, content: readonly RawEntry[]): RawEntry {
  return { mode: '40000', name, content };
}

function nest(depth: number): RawEntry {
  let entry = file('deep.txt');
  for (let level = 0; level < depth; level += 1) entry = folder('d', [entry]);
  return entry;
}

function skipped(...codes: ErrorCode[]): HostileRepository['expected'] {
  return { kind: 'skipped', codes };
}

function refused(code: ErrorCode): HostileRepository['expected'] {
  return { kind: 'refused', code };
}

const lfsPointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
const evilModules = '[submodule "x"]\n\tpath = x\n\turl = -u./evil\n';

type Row = readonly [string, () => readonly RawEntry[], HostileRepository['expected']];

const rows: readonly Row[] = [
  [
    'a symbolic link to a file outside',
    () => [{ mode: '120000', name: 'link', content: '/etc/passwd' }],
    skipped('MAYFLY_GIT_SYMLINK'),
  ],
  [
    'a symbolic link to a folder outside',
    () => [{ mode: '120000', name: 'etc', content: '/etc' }],
    skipped('MAYFLY_GIT_SYMLINK'),
  ],
  [
    'a symbolic link to itself',
    () => [{ mode: '120000', name: 'loop', content: 'loop' }],
    skipped('MAYFLY_GIT_SYMLINK'),
  ],
  [
    'a submodule',
    () => [{ mode: '160000', name: 'x', content: '1'.repeat(40) }],
    skipped('MAYFLY_GIT_SUBMODULE'),
  ],
  [
    'a .gitmodules that is a link',
    () => [{ mode: '120000', name: '.gitmodules', content: '/etc/passwd' }],
    refused('MAYFLY_GIT_OBJECTS_CORRUPT'),
  ],
  [
    'a .gitmodules with an option for a URL',
    () => [file('.gitmodules', evilModules)],
    { kind: 'harmless', files: 1 },
  ],
  [
    'attributes that ask for a filter',
    () => [file('.gitattributes', '* filter=evil\n'), file('a.txt')],
    { kind: 'harmless', files: 2 },
  ],
  [
    'a Git LFS pointer',
    () => [file('big.bin', lfsPointer)],
    { kind: 'unread', codes: ['MAYFLY_GIT_LFS_POINTER'] },
  ],
  [
    'hooks in the tree',
    () => [
      folder('hooks', [
        { mode: '100755', name: 'post-checkout', content: '#!/bin/sh\ntouch /tmp/owned\n' },
      ]),
    ],
    { kind: 'harmless', files: 2 },
  ],
  [
    'alternates in the tree',
    () => [folder('objects', [folder('info', [file('alternates', '/tmp/objects\n')])])],
    { kind: 'harmless', files: 2 },
  ],
  ['a carriage return in a name', () => [file('a\r')], skipped('MAYFLY_GIT_PATH_UNSAFE')],
  ['a line break in a name', () => [file('a\nb')], skipped('MAYFLY_GIT_PATH_UNSAFE')],
  ['a terminal escape in a name', () => [file('a\u001B[2J')], skipped('MAYFLY_GIT_PATH_UNSAFE')],
  [
    'a name that reads backwards',
    () => [file('a\u202Etxt.exe')],
    skipped('MAYFLY_GIT_PATH_UNSAFE'),
  ],
  [
    'a parent folder',
    () => [folder('..', [file('out.txt')])],
    refused('MAYFLY_GIT_OBJECTS_CORRUPT'),
  ],
  [
    'a folder named .git',
    () => [folder('.git', [file('config')])],
    refused('MAYFLY_GIT_OBJECTS_CORRUPT'),
  ],
  [
    'a folder named .GIT',
    () => [folder('.GIT', [file('config')])],
    refused('MAYFLY_GIT_OBJECTS_CORRUPT'),
  ],
  [
    'a folder named git~1',
    () => [folder('git~1', [file('config')])],
    refused('MAYFLY_GIT_OBJECTS_CORRUPT'),
  ],
  [
    'an alternate stream of .git',
    () => [folder('.git::$INDEX_ALLOCATION', [file('config')])],
    refused('MAYFLY_GIT_OBJECTS_CORRUPT'),
  ],
  ['a slash within a name', () => [file('../out.txt')], refused('MAYFLY_GIT_OBJECTS_CORRUPT')],
  ['an empty name', () => [file('')], refused('MAYFLY_GIT_OBJECTS_CORRUPT')],
  [
    'one name twice',
    () => [file('a.txt', '1'), file('a.txt', '2')],
    refused('MAYFLY_GIT_OBJECTS_CORRUPT'),
  ],
  [
    'NTFS names',
    () => [file('a:b'), file('c.'), file('d ')],
    skipped('MAYFLY_GIT_PATH_UNSAFE', 'MAYFLY_GIT_PATH_UNSAFE', 'MAYFLY_GIT_PATH_UNSAFE'),
  ],
  ['a backslash in a name', () => [file('a\\b')], skipped('MAYFLY_GIT_PATH_UNSAFE')],
  [
    'names that differ in case',
    () => [file('A.txt'), file('a.txt')],
    skipped('MAYFLY_GIT_PATH_CASE_CLASH', 'MAYFLY_GIT_PATH_CASE_CLASH'),
  ],
  [
    'names that differ in Unicode form',
    () => [file('\u0065\u0301'), file('\u00E9')],
    skipped('MAYFLY_GIT_PATH_CASE_CLASH', 'MAYFLY_GIT_PATH_CASE_CLASH'),
  ],
  [
    'a name that is not UTF-8',
    () => [file(Uint8Array.of(0x61, 0xff, 0xfe))],
    skipped('MAYFLY_GIT_PATH_NOT_UTF8'),
  ],
  ['a deep tree', () => [nest(100)], skipped('MAYFLY_GIT_PATH_TOO_LONG')],
  ['a very long name', () => [file('n'.repeat(3000))], skipped('MAYFLY_GIT_PATH_TOO_LONG')],
  [
    'a large file',
    () => [file('large.bin', randomBytes(3 * 1024 * 1024))],
    { kind: 'unread', codes: ['MAYFLY_GIT_FILE_TOO_LARGE'] },
  ],
  [
    'a large file that packs well',
    () => [file('zeroes.bin', new Uint8Array(48 * 1024 * 1024))],
    { kind: 'unread', codes: ['MAYFLY_GIT_FILE_TOO_LARGE'] },
  ],
  [
    'too many files',
    () => Array.from({ length: 1200 }, (_, index) => file(`f${String(index).padStart(5, '0')}`)),
    refused('MAYFLY_GIT_FILES_EXCEEDED'),
  ],
];

export const hostileRepositories: readonly HostileRepository[] = rows.map(
  ([name, entries, expected]) => ({ name, entries, expected }),
);

export interface HostilePlace {
  /** Default `main`. */
  readonly branch?: string;
  /** The commit before it; none unless told. */
  readonly parent?: string;
}

/** Writes the commit into the bare repository, as the tip of a branch, and returns its id. */
export async function writeHostileRepository(
  bare: string,
  entries: readonly RawEntry[],
  { branch = 'main', parent }: HostilePlace = {},
): Promise<string> {
  const tree = await writeTree(bare, [...entries, good]);
  const author = 'Test <test@example.org> 1700000000 +0000';
  const before = parent === undefined ? '' : `parent ${parent}\n`;
  const commit = `tree ${tree}\n${before}author ${author}\ncommitter ${author}\n\nhostile\n`;
  const id = await writeObject(bare, 'commit', commit);
  await git(bare, ['update-ref', `refs/heads/${branch}`, id], '');
  return id;
}

async function writeTree(bare: string, entries: readonly RawEntry[]): Promise<string> {
  const parts: Buffer[] = [];
  for (const entry of entries.toSorted(compareEntries)) {
    const id = await writeEntry(bare, entry);
    parts.push(Buffer.from(`${entry.mode} `), Buffer.from(entry.name), Buffer.of(0));
    parts.push(Buffer.from(id, 'hex'));
  }
  return writeObject(bare, 'tree', Buffer.concat(parts));
}

/** Git orders folders as if their names ended with a slash. */
function compareEntries(left: RawEntry, right: RawEntry): number {
  return Buffer.compare(sortKey(left), sortKey(right));
}

function sortKey({ name, mode }: RawEntry): Buffer {
  return Buffer.concat([Buffer.from(name), Buffer.from(mode === '40000' ? '/' : '')]);
}

async function writeEntry(bare: string, { mode, content }: RawEntry): Promise<string> {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    if (mode === '160000') return Buffer.from(content).toString();
    return writeObject(bare, 'blob', content);
  }
  const known = trees.get(content);
  if (known?.bare === bare) return known.id;
  const id = await writeTree(bare, content);
  trees.set(content, { bare, id });
  return id;
}

/** The same entries in many folders are one tree. */
const trees = new WeakMap<readonly RawEntry[], { readonly bare: string; readonly id: string }>();

async function writeObject(
  bare: string,
  type: string,
  content: string | Uint8Array,
): Promise<string> {
  const known = `${bare} ${type} ${Buffer.from(content).toString('base64').slice(0, 1000)}`;
  const id =
    written.get(known) ??
    (await git(bare, ['hash-object', '-w', '--literally', '-t', type, '--stdin'], content));
  if (content.length < 500) written.set(known, id);
  return id;
}

/** Small objects are written once: a tree of a thousand files does not take a thousand processes. */
const written = new Map<string, string>();

async function git(
  bare: string,
  args: readonly string[],
  input: string | Uint8Array,
): Promise<string> {
  const child = spawn('git', ['--git-dir', bare, ...args], {
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`git ${args[0] ?? ''} ended with ${code}`);
  return output.trim();
}
