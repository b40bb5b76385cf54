import { execFile, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '#test/support/arch/source-files.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { endProgram } from '#test/support/stage/start-role.ts';

const run = promisify(execFile);
const path = 'github.com/cert-manager/cert-manager';

export interface IssuerPrograms {
  /** The end of what its programs have said. */
  said(): string;
  stop(): Promise<void>;
}

/** Its kinds, its controllers and its CA injector, as an administrator of the cluster. */
export async function startIssuer(
  cluster: Cluster,
  programs: readonly string[],
): Promise<IssuerPrograms> {
  const folder = join(await findModule(), 'deploy', 'crds');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  const given = files.flatMap((name) => ['-f', join(folder, name)]);
  await cluster.kubectl(['apply', '--server-side', ...given]);
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  const kubeconfig = await cluster.writeKubeconfig();
  let said = '';
  const children = programs.map((program) => {
    const child = spawn(program, ['-kubeconfig', kubeconfig], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-20_000);
    });
    process.once('exit', () => void child.kill('SIGKILL'));
    return child;
  });
  return {
    said: () => said,
    stop: async () => {
      await Promise.all(children.map(async (child) => await endProgram(child, 'SIGKILL')));
    },
  };
}

/** Where Go keeps the sources of the pinned version. */
async function findModule(): Promise<string> {
  const cwd = join(root, 'test', 'parts', 'cert-manager');
  await run('go', ['mod', 'download', path], { cwd });
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', path], { cwd });
  return stdout.trim();
}
