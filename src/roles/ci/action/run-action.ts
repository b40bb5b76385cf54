import type { Exchanged } from '#core/broker/client/exchange.ts';
import { encodeText } from '#core/format/utf8.ts';
import { refuseVariable } from '#core/format/render-variables.ts';
import { readVariable, tell, type CiWorld } from '../ci-world.ts';
import type { Job } from '../job.ts';
import { readLease } from '../output/lease-file.ts';
import { pathOf, valueOf } from '../output/render-files.ts';
import { createSecretFiles } from '../output/secret-files.ts';
import { runExchange } from '../run-exchange.ts';
import { createBrokerClient } from '../servers/create-broker-client.ts';
import { giveBack, openSession } from '../servers/open-session.ts';
import { findTokenSource } from '../token/find-token-source.ts';
import { readBrokerInput, readInputs } from './inputs.ts';
import { setInRunner } from './runner-files.ts';

/** Whether the runner calls once more, at the end of the job: it does so also after a step that failed. */
export function isPost(world: CiWorld): boolean {
  return readVariable(world, 'STATE_called') !== null;
}

/** The step: asks for values, and hands them to the later steps of the job. */
export async function runAction(world: CiWorld, signal: AbortSignal): Promise<void> {
  setState(world, 'called', 'yes');
  const { job, audience, allowDisk, allowShort } = readInputs(world);
  const source = findTokenSource(world, { audience, file: null, variable: null });
  await runExchange(world, openSession(world, job.broker, source), {
    job,
    signal,
    masks: { masking: 'github', allowShort },
    folder: { folder: null, allowDisk },
    use: async (exchanged, folder) => {
      setState(world, 'audience', audience);
      if (folder !== null) setState(world, 'folder', folder);
      setState(world, 'lease', exchanged.leaseId);
      exportValues(world, { job, exchanged, folder });
    },
  });
}

function setState(world: CiWorld, name: string, text: string): void {
  setInRunner(world, 'GITHUB_STATE', { name, value: encodeText(text) });
}

interface Exporting {
  readonly job: Job;
  readonly exchanged: Exchanged;
  readonly folder: string | null;
}

function exportValues(world: CiWorld, { job, exchanged, folder }: Exporting): void {
  const { variables, files } = job.wanted;
  for (const name of variables) {
    const value = valueOf(exchanged.values, name).expose();
    const refusal = refuseVariable({ key: name, variable: name }, value);
    if (refusal !== null) throw refusal;
    setInRunner(world, 'GITHUB_ENV', { name, value });
  }
  const paths = files.map((file) => ({ name: file.name, text: pathOf(file, folder ?? '') }));
  for (const { name, text } of paths) {
    setInRunner(world, 'GITHUB_ENV', { name, value: encodeText(text) });
  }
  const told = [
    { name: 'folder', text: folder ?? '' },
    { name: 'expires-at', text: new Date(exchanged.expiresAt).toISOString() },
    { name: 'audit-id', text: exchanged.auditId },
  ];
  for (const { name, text } of told) {
    setInRunner(world, 'GITHUB_OUTPUT', { name, value: encodeText(text) });
  }
}

/** The end of the job: takes away the files and gives the lease back, where the step got that far. */
export async function runPost(world: CiWorld): Promise<void> {
  const lease = readVariable(world, 'STATE_lease');
  if (lease === null) return;
  const folder = readVariable(world, 'STATE_folder');
  if (folder !== null && (await readLease(folder)) !== null) {
    createSecretFiles(folder).remove();
    tell(world, 'files removed');
  }
  const audience = readVariable(world, 'STATE_audience') ?? '';
  const broker = readBrokerInput(world);
  const source = findTokenSource(world, { audience, file: null, variable: null });
  const client = createBrokerClient(broker, world.clock);
  if (await giveBack(world, { client, source }, [lease])) tell(world, 'lease given back');
}
