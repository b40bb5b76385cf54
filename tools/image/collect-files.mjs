/**
 * `node collect-files.mjs FOLDER [FROM:]PATH …`: copies each file to the same path below FOLDER, and with a program the
 * shared libraries that it is linked against, so that it runs where nothing else is. FROM is where the file lies when
 * that is not PATH. Needs Node and the loader of glibc, no shell.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const [folder = '', ...wanted] = process.argv.slice(2);
const loader = findLoader();

for (const entry of wanted) {
  const [from = '', path = from] = entry.split(':');
  collect(from, path);
}

/**
 * A link stays one, and what it points to comes along.
 * @param {string} from
 * @param {string} path
 */
function collect(from, path) {
  if (from === path && fs.lstatSync(from).isSymbolicLink()) {
    const target = fs.readlinkSync(from);
    const to = prepare(path);
    if (!fs.existsSync(to)) fs.symlinkSync(target, to);
    const next = resolve(dirname(from), target);
    collect(next, next);
    return;
  }
  fs.copyFileSync(from, prepare(path));
  if (isProgram(from)) collectLibraries(from);
}

/** @param {string} program */
function collectLibraries(program) {
  const listed = execFileSync(loader, ['--list', program], { encoding: 'utf8' });
  const libraries = [...listed.matchAll(/=> (\/\S+) \(/gu)].map(([, library = '']) => library);
  // Asked for by the names of links, so that is what the copies are called.
  for (const library of [loader, ...libraries]) fs.copyFileSync(library, prepare(library));
}

/**
 * Where the copy of a file is to be; its folder is there.
 * @param {string} path
 */
function prepare(path) {
  const to = join(folder, path);
  fs.mkdirSync(dirname(to), { recursive: true });
  return to;
}

/** @param {string} path */
function isProgram(path) {
  const start = Buffer.alloc(4);
  const file = fs.openSync(path, 'r');
  fs.readSync(file, start);
  fs.closeSync(file);
  return start.toString('latin1') === '\u007FELF';
}

/** The program that loads shared libraries: this one was started by it. */
function findLoader() {
  const report = /** @type {{ sharedObjects: string[] }} */ (process.report.getReport());
  const found = report.sharedObjects.find((path) => /\/ld-linux[^/]*\.so\.\d+$/u.test(path));
  if (found === undefined) throw new Error('this Node is not linked against glibc');
  return found;
}
