import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requirePart } from '#test/support/parts.ts';
import { sopsCases, type SopsCase } from './sops-cases.ts';

/**
 * Makes the vectors of `test/vectors/sops-3.13.3` anew with the real sops: `node tools/vectors/make-sops-vectors.ts`.
 * The identities stay, everything encrypted with them changes. A name makes the vectors of that name alone.
 */
const folder = join(import.meta.dirname, '..', '..', 'test', 'vectors', 'sops-3.13.3');
const keyFolder = join(folder, 'keys');

interface Programs {
  readonly sops: string;
  readonly keygen: string;
}

const programs: Programs = {
  sops: await requirePart('sops'),
  keygen: await requirePart('age-keygen'),
};

function recipientOf(name: string): string {
  const path = join(keyFolder, `${name}.txt`);
  if (!existsSync(path)) execFileSync(programs.keygen, ['-o', path], { stdio: 'ignore' });
  const recipient = /^# public key: (age1\w+)$/mu.exec(readFileSync(path, 'utf8'))?.[1];
  if (recipient === undefined) throw new Error(`no recipient in ${path}`);
  return recipient;
}

/** JSON is YAML, so the configuration needs no YAML writer. */
function configOf(made: SopsCase): string {
  const groups = (made.groups ?? [made.recipients]).map((names) => ({
    age: names.map((name) => recipientOf(name)),
  }));
  const threshold = made.threshold === undefined ? {} : { shamir_threshold: made.threshold };
  return JSON.stringify({ creation_rules: [{ ...made.rule, ...threshold, key_groups: groups }] });
}

function make(made: SopsCase): string {
  const file = `${made.name}.${made.extension}`;
  const work = mkdtempSync(join(tmpdir(), 'sops-vectors-'));
  try {
    writeFileSync(join(work, file), made.plain);
    writeFileSync(join(work, '.sops.yaml'), configOf(made));
    const options = { cwd: work, env: { SOPS_AGE_KEY_FILE: allKeys(work), HOME: work } };
    const encrypted = join(folder, `${made.name}.enc.${made.extension}`);
    writeFileSync(encrypted, execFileSync(programs.sops, ['encrypt', file], options));
    const opened = execFileSync(programs.sops, ['decrypt', encrypted], options);
    writeFileSync(join(folder, `${made.name}.plain.${made.extension}`), opened);
    return file;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function allKeys(work: string): string {
  const path = join(work, 'keys.txt');
  const names = ['one', 'two', 'three'];
  for (const name of names) recipientOf(name);
  writeFileSync(
    path,
    names.map((name) => readFileSync(join(keyFolder, `${name}.txt`), 'utf8')).join(''),
  );
  return path;
}

mkdirSync(keyFolder, { recursive: true });
recipientOf('stranger');
const [only] = process.argv.slice(2);
for (const made of sopsCases.filter(({ name }) => only === undefined || name === only)) {
  process.stdout.write(`${make(made)}\n`);
}
