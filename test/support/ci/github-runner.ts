import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import { startProgram, type CiStage, type Environment } from './open-ci-stage.ts';

/** What the runner of GitHub made of one call of an action. */
export interface RunnerStep {
  readonly code: number | null;
  /** As people see it: with commands taken out and values masked. */
  readonly log: string;
  /** What it masks from now on. */
  readonly masks: readonly string[];
  /** What the step set for others, by the names of the runner. */
  readonly outputs: Environment;
  readonly variables: Environment;
  readonly state: Environment;
}

const bundle = join(root, 'action/dist/main.mjs');

interface CallOptions {
  /** Of the step whose end it is. */
  readonly state?: Environment;
  readonly env?: Environment;
}

/** Calls the bundle of the action as the runner does. */
export async function runAction(
  stage: CiStage,
  inputs: Environment,
  { state = {}, env = {} }: CallOptions = {},
): Promise<RunnerStep> {
  const files = await makeFiles(stage);
  const given = {
    ...stage.env,
    // Commands of a person are told more.
    MAYFLY_BROKER: '',
    MAYFLY_BROKER_CA: '',
    MAYFLY_POLICY: '',
    ...stage.github,
    ...files,
    ...rename(inputs, (name) => `INPUT_${name.toUpperCase()}`),
    ...rename(state, (name) => `STATE_${name}`),
    ...env,
  };
  const program = [process.execPath, bundle];
  const ended = startProgram(program, { cwd: stage.workspace, env: given }).ended;
  const { code, stdout, stderr } = await ended;
  return {
    code,
    log: showLog(stdout + stderr),
    masks: listMasks(stdout + stderr),
    outputs: await parseFile(files.GITHUB_OUTPUT),
    variables: await parseFile(files.GITHUB_ENV),
    state: await parseFile(files.GITHUB_STATE),
  };
}

/** What the runner reads after a step, each empty. */
async function makeFiles({ root: folder }: CiStage) {
  const path = (name: string): string => join(folder, `${name}-${randomUUID()}`);
  const files = {
    GITHUB_OUTPUT: path('output'),
    GITHUB_ENV: path('env'),
    GITHUB_STATE: path('state'),
  };
  for (const file of Object.values(files)) await writeFile(file, '');
  return files;
}

function rename(given: Environment, name: (old: string) => string): Environment {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [name(key), value]));
}

/** `NAME<<MARK`, the lines of the value, `MARK`. */
async function parseFile(path: string): Promise<Environment> {
  const text = await readFile(path, 'utf8');
  const found = text.matchAll(/^(?<name>\w[-\w]*)<<(?<mark>\S+)\n(?<value>[^]*?)\n\k<mark>\n/gmu);
  return Object.fromEntries(
    [...found].map(({ groups = {} }) => [groups['name'] ?? '', groups['value'] ?? '']),
  );
}

/** What a log shows: commands are carried out, not shown, and masks hold from there on. */
export function showLog(printed: string): string {
  const masks: string[] = [];
  const shown: string[] = [];
  for (const line of printed.split('\n')) {
    const mask = /^::add-mask::(.*)$/u.exec(line)?.[1];
    if (mask === undefined)
      shown.push(masks.reduce((text, value) => text.replaceAll(value, '***'), line));
    else masks.push(unescape(mask));
  }
  return shown.join('\n');
}

function listMasks(printed: string): readonly string[] {
  return [...printed.matchAll(/^::add-mask::(.*)$/gmu)].map(([, text = '']) => unescape(text));
}

function unescape(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}
