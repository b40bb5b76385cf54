import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import {
  hostileRepositories,
  writeHostileRepository,
  type HostileRepository,
} from '#test/support/hostile-repos.ts';
import {
  aSecret,
  aSource,
  createStage,
  stageNamespace,
  type Stage,
  type StageObject,
} from '#test/support/stage/create-stage.ts';
import { seeCodes } from '#test/support/stage/see-codes.ts';
import { seeSecrets } from '#test/support/stage/see-machine.ts';
import { askReconcile, startMayfly, type Mayfly } from '#test/support/stage/start-mayfly.ts';
import { untilEqual } from '#test/support/stage/until-equal.ts';
import { hostileObjectFiles, hostileObjects } from './hostile-machine.ts';
import { hostileFiles, type HostileFile, type Sealing } from './hostile-files.ts';

const long = 300_000;
const marker = '/tmp/owned';

let stage: Stage;
let mayfly: Mayfly;
/** The secrets before anything hostile came, by their names. */
let before: Readonly<Record<string, unknown>>;

function fileCase(index: number): string {
  return `file-${index}`;
}

function repositoryCase(index: number): string {
  return `repository-${index}`;
}

function objectCase(index: number): string {
  return `object-${index}`;
}

function objectFile(index: number): string {
  return `hostile-${index}`;
}

/** Lays everything on the machine that is hostile there. */
async function putHostileThings(): Promise<void> {
  for (const { put } of hostileObjects) await put?.(stage);
  for (const [index, { render }] of hostileObjects.entries()) {
    const name = objectCase(index);
    await stage.writeObjects(`${name}.yaml`, [render(stage, name)]);
  }
  for (const [index, { put }] of hostileObjectFiles.entries()) {
    await put(join(stage.objects, `${objectFile(index)}.yaml`), stage);
  }
}

function sealingFor(index: number): Sealing {
  const rule = { kind: 'encrypted-regex', pattern: '^(data|stringData)$' } as const;
  return {
    seal: async (document) =>
      await stage.encrypting.encrypt('secret.yaml', renderYaml(document), { rule }),
    encrypt: async (path, text, options) => await stage.encrypting.encrypt(path, text, options),
    neighbour: `good-${fileCase(index)}`,
  };
}

/** One field a line at the top, so that forgeries are easy to make; what is below is JSON, which is YAML too. */
function renderYaml(document: unknown): string {
  return Object.entries(document as object)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}

async function pushFiles(
  content: (row: HostileFile, index: number) => Promise<string | Uint8Array | null>,
): Promise<void> {
  const files: Record<string, string | Uint8Array | null> = {};
  for (const [index, row] of hostileFiles.entries()) {
    const folder = `cases/${fileCase(index)}`;
    files[`${folder}/good.yaml`] = await stage.seal(`good-${fileCase(index)}`, { key: 'good' });
    files[`${folder}/hostile.${row.type}`] = await content(row, index);
  }
  files['taken/taken.yaml'] = await stage.encrypting.encrypt('x.yaml', 'key: value\n');
  await stage.work.push(files);
}

const parents = new Map<string, string>();

async function pushRepositories(
  entries: (row: HostileRepository) => ReturnType<HostileRepository['entries']>,
): Promise<void> {
  for (const [index, row] of hostileRepositories.entries()) {
    const branch = repositoryCase(index);
    const content = await stage.seal(`good-${branch}`, { key: 'good' });
    const good = { mode: '100644', name: 'good.yaml', content } as const;
    const parent = parents.get(branch);
    const place = parent === undefined ? { branch } : { branch, parent };
    parents.set(
      branch,
      await writeHostileRepository(stage.work.bare, [...entries(row), good], place),
    );
  }
}

/** A file that is not read fails for what it is only where it stands alone. */
function unreadPath({ expected, entries }: HostileRepository): string {
  const [first] = entries();
  return expected.kind === 'unread' && typeof first?.name === 'string' ? first.name : '.';
}

/** How files that are no manifests become a Secret. */
const targets: Readonly<Record<string, string>> = { env: 'dotenv', ini: 'ini', bin: 'file' };

function objectsOf(): StageObject[] {
  const limits = { bytes: 64 * 1024 * 1024, files: 1000, fileBytes: 1024 * 1024 };
  const files = hostileFiles.flatMap((row, index) => {
    const name = fileCase(index);
    const path = `cases/${name}`;
    const alone = { secret: { name: `evil-${name}`, from: targets[row.type] } };
    return [
      aSecret(name, { path }),
      ...(row.type in targets
        ? [aSecret(`every-${name}`, { path: `${path}/hostile.${row.type}`, target: alone })]
        : []),
    ];
  });
  const repositories = hostileRepositories.flatMap((row, index) => {
    const name = repositoryCase(index);
    const source = aSource(stage, name, { ref: { branch: name }, limits });
    const target = { secret: { name: `every-${name}`, from: 'file' } };
    return [
      source,
      aSecret(name, { path: '.', sourceRef: { name } }),
      // Manifests leave out what has other names; this one wants every file there is.
      aSecret(`every-${name}`, { path: unreadPath(row), sourceRef: { name }, target }),
    ];
  });
  return [aSource(stage, 'repo', { limits }), ...files, ...repositories];
}

/** What the program tells about a row, by whichever of its objects and files. */
async function seeAnswers(): Promise<ReadonlyMap<string, readonly string[]>> {
  const answers = new Map<string, readonly string[]>();
  for (const [about, codes] of await seeCodes(stage)) {
    const row = about.replace(/^every-|\.yaml$/gu, '');
    answers.set(row, [...(answers.get(row) ?? []), ...codes]);
  }
  return answers;
}

/** The rows that are not answered yet. */
async function seeUnanswered(): Promise<readonly string[]> {
  const codes = await seeAnswers();
  const rows = [
    ...hostileFiles.map(({ code }, index) => [fileCase(index), code] as const),
    ...hostileRepositories.map((row, index) => [repositoryCase(index), expectedOf(row)] as const),
    ...hostileObjects.map(({ code }, index) => [objectCase(index), code] as const),
    ...hostileObjectFiles.map(({ code }, index) => [objectFile(index), code] as const),
  ];
  return rows
    .filter(([name, code]) => codes.get(name)?.includes(code) !== true)
    .map(([name]) => name);
}

/** Waits until every row is answered, or for some time nothing new was. */
async function untilAnswered(): Promise<void> {
  let left = await seeUnanswered();
  for (let looks = 0; left.length > 0 && looks < 40; looks += 1) {
    await delay(500);
    const now = await seeUnanswered();
    if (now.length < left.length) looks = 0;
    left = now;
  }
}

async function expectAnswer(name: string, code: ErrorCode): Promise<void> {
  expect((await seeAnswers()).get(name)).toContain(code);
}

async function seeWritten(): Promise<number> {
  const secrets = Object.values(await seeSecrets(stage));
  return secrets.filter(({ values, uid }) => values !== undefined && uid !== undefined).length;
}

async function seeValues(): Promise<Readonly<Record<string, unknown>>> {
  const seen = Object.entries(await seeSecrets(stage));
  return Object.fromEntries(seen.map(([name, { values, uid }]) => [name, { values, uid }]));
}

beforeAll(async () => {
  stage = await createStage();
  await pushFiles(async ({ type }, index) =>
    type === 'yaml' ? await stage.seal(`was-${fileCase(index)}`, { key: 'was' }) : null,
  );
  await pushRepositories(() => []);
  await stage.writeObjects('all.yaml', objectsOf());
  mayfly = await startMayfly(stage);
  const yaml = hostileFiles.filter(({ type }) => type === 'yaml');
  const count = hostileFiles.length + yaml.length + hostileRepositories.length;
  await untilEqual(seeWritten, count, 120_000);
  before = await seeValues();
  await pushFiles(async ({ content }, index) => await content(sealingFor(index)));
  await pushRepositories(({ entries }) => entries());
  await putHostileThings();
  for (const { kind, name } of objectsOf()) {
    if (kind === 'GitSource') await askReconcile(stage, stageNamespace, name);
  }
  await untilAnswered();
}, long);

afterAll(async () => {
  await mayfly.end('SIGTERM');
  await stage.remove();
}, long);

function expectedOf({ expected }: HostileRepository): ErrorCode {
  switch (expected.kind) {
    case 'refused':
      return expected.code;
    case 'skipped':
    case 'unread':
      return expected.codes[0] ?? 'MAYFLY_INTERNAL_BUG';
    case 'harmless':
      // What is not executed is read like any other file.
      return 'MAYFLY_SYNC_NOT_ENCRYPTED';
  }
}

describe('the running program', () => {
  it.each(hostileFiles.map((row, index) => [row.name, row.code, index] as const))(
    'refuses a file with %s: %s',
    async (_, code, index) => {
      await expectAnswer(fileCase(index), code);
    },
    long,
  );

  it.each(hostileRepositories.map((row, index) => [row.name, expectedOf(row), index] as const))(
    'refuses a repository with %s: %s',
    async (_, code, index) => {
      await expectAnswer(repositoryCase(index), code);
    },
    long,
  );

  it.each(hostileObjects.map(({ name, code }, index) => [name, code, index] as const))(
    'refuses an object with %s: %s',
    async (_, code, index) => {
      await expectAnswer(objectCase(index), code);
    },
  );

  it.each(hostileObjectFiles.map(({ name, code }, index) => [name, code, index] as const))(
    'refuses a file of objects that is %s: %s',
    async (_, code, index) => {
      await expectAnswer(objectFile(index), code);
    },
  );

  it('met more than thirty of them', () => {
    expect(hostileFiles.length).toBeGreaterThanOrEqual(30);
    expect(hostileRepositories.length).toBeGreaterThanOrEqual(30);
  });

  it('lost no secret, delivered nothing hostile, executed nothing', async () => {
    const { taken, ...seen } = await seeValues();
    expect(taken).toMatchObject({ uid: undefined });
    expect(seen).toEqual(before);
    expect(await readdir(join(stage.root, 'outside'))).toEqual([]);
    expect(existsSync(marker)).toBe(false);
    expect(await mayfly.readLog()).not.toContain('"level":"error"');
    expect(mayfly.child.exitCode).toBeNull();
  });
});
