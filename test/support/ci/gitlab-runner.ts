import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '#test/support/arch/source-files.ts';
import { makeFakeToken } from './fake-token.ts';
import { startProgram, type CiStage, type Ended, type Environment } from './open-ci-stage.ts';

const template = join(root, 'manifests/ci/gitlab/templates/secrets.yml');

/** The part of a job of GitLab that a runner acts on. */
interface GitlabJob {
  readonly id_tokens: Readonly<Record<string, { readonly aud: string }>>;
  readonly variables: Readonly<Record<string, string | { readonly value: string }>>;
  readonly before_script: readonly string[];
  readonly after_script: readonly string[];
}

interface Spec {
  readonly spec: { readonly inputs: Readonly<Record<string, { readonly default?: string }>> };
}

/** What became of a job. */
export interface GitlabEnd {
  /** Of `before_script` and `script`, which are one shell. */
  readonly script: Ended;
  /** Another shell, with the variables of the job alone. */
  readonly after: Ended;
}

/** Runs a job that extends the component, as GitLab and its runner do. */
export async function runGitlabJob(
  stage: CiStage,
  inputs: Environment,
  script: readonly string[],
): Promise<GitlabEnd> {
  const job = await readComponent(inputs);
  const tokens = Object.entries(job.id_tokens).map(
    ([name, { aud }]) => [name, makeFakeToken(aud)] as const,
  );
  const variables = Object.entries(job.variables).map(
    ([name, value]) => [name, typeof value === 'string' ? value : value.value] as const,
  );
  const env: Environment = {
    PATH: `${await addMayfly(stage)}:${stage.env['PATH'] ?? ''}`,
    CI: 'true',
    GITLAB_CI: 'true',
    CI_JOB_ID: String(process.pid),
    CI_PROJECT_DIR: stage.workspace,
    ...Object.fromEntries<string>(tokens),
    ...Object.fromEntries<string>(variables),
    // A file variable of the project.
    MAYFLY_BROKER_CA: stage.env['MAYFLY_BROKER_CA'] ?? '',
  };
  const main = await runShell(stage, [...job.before_script, ...script], env);
  return { script: main, after: await runShell(stage, job.after_script, env) };
}

async function runShell(
  stage: CiStage,
  lines: readonly string[],
  env: Environment,
): Promise<Ended> {
  const text = ['set -eo pipefail', ...lines].join('\n');
  return await startProgram(['bash', '-c', text], { cwd: stage.workspace, env }).ended;
}

/** The only job of the component, with inputs in their places: in its text, as GitLab puts them. */
async function readComponent(inputs: Environment): Promise<GitlabJob> {
  const text = await readFile(template, 'utf8');
  const { spec } = readDocument(text) as Spec;
  const [, body = ''] = text.split(/^---\n/mu);
  const filled = body.replaceAll(/\$\[\[ inputs\.([-a-z]+) \]\]/gu, (_, name: string) => {
    const value = inputs[name] ?? spec.inputs[name]?.default;
    if (value === undefined) throw new Error(`the component needs the input ${name}`);
    return value;
  });
  const [job] = Object.values(readDocument(filled) as Readonly<Record<string, GitlabJob>>);
  if (job === undefined) throw new Error('the component has no job');
  return job;
}

function readDocument(text: string): unknown {
  const [document] = parseAllDocuments(text);
  if (document === undefined || document.errors.length > 0) throw new Error('no YAML');
  return document.toJS();
}

/** `mayfly` as the image of a job has it; the folder that it is in. */
async function addMayfly(stage: CiStage): Promise<string> {
  const folder = join(stage.root, 'bin');
  await mkdir(folder, { recursive: true });
  const program = join(folder, 'mayfly');
  await writeFile(
    program,
    `#!/bin/sh\nexec ${process.execPath} ${join(root, 'src/main.ts')} "$@"\n`,
  );
  await chmod(program, 0o755);
  return folder;
}
