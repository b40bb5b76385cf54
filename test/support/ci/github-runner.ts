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
  /** What the step set for others, by the names of the runner. */
  readonly outputs: Environment;
  readonly variables: Environment;
  readonly state: Environment;
}

const bundle = join(root, 'action/dist/main.mjs');
const fileNames = { outputs: 'GITHUB_OUTPUT', variables: 'GITHUB_ENV', state: 'GITHUB_STATE' };

/** Calls the bundle of the action as the runner does. `state` is that of the step whose end it is. */
export async function runAction(
  stage: CiStage,
  inputs: Environment,
  { state = {}, env = {} }: { readonly state?: Environment; readonly env?: Environment } = {},
): Promise<RunnerStep> {
  const files = Object.values(fileNames).map((name) => [
    name,
    join(stage.root, `${name}-${randomUUID()}`),
  ]);
  for (const [, path = ''] of files) await writeFile(path, '');
  const { PATH = '', XDG_RUNTIME_DIR = '', NODE_EXTRA_CA_CERTS = '' } = stage.env;
  const given = { PATH, XDG_RUNTIME_DIR, NODE_EXTRA_CA_CERTS, ...stage.github };
  const named = rename(inputs, (name) => `INPUT_${name.toUpperCase()}`);
  const { code, stdout, stderr } = await startProgram([process.execPath, bundle], {
    cwd: stage.workspace,
    env: {
      ...given,
      ...Object.fromEntries(files),
      ...named,
      ...rename(state, (name) => `STATE_${name}`),
      ...env,
    },
  }).ended;
  const set = new Map<string, Environment>();
  for (const [name = '', path = ''] of files)
    set.set(name, parseFile(await readFile(path, 'utf8')));
  return {
    code,
    log: showLog(stdout + stderr),
    outputs: set.get(fileNames.outputs) ?? {},
    variables: set.get(fileNames.variables) ?? {},
    state: set.get(fileNames.state) ?? {},
  };
}

function rename(given: Environment, name: (old: string) => string): Environment {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [name(key), value]));
}

/** `NAME<<MARK`, the lines of the value, `MARK`. */
function parseFile(text: string): Environment {
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

function unescape(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}
