import { hash } from 'node:crypto';
import { renderEnvironment, renderFile, type HeldSecrets } from '#core/agent/render-work.ts';
import type { AgentWork } from '#core/agent/list-work.ts';
import type { AgentPlan } from '#core/injection/agent-plan.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { writeFileAtomically } from '#platform/files/write-file-atomically.ts';
import { swapFiles, type NewFile } from '#platform/secret-folder/swap-files.ts';

/** What a {@link Publisher} did: files that programs may be reading have other content than before, or not. */
export type Published = 'files' | 'environment' | 'nothing';

/** Makes files of what is held. */
export interface Publisher {
  /** Writes what is not yet as it should be. Throws what rendering and writing throw; then the files are as before. */
  publish(held: HeldSecrets): Promise<Published>;
}

export function createPublisher(plan: AgentPlan, work: AgentWork): Publisher {
  let written = { files: '', environment: '' };

  async function publish(held: HeldSecrets): Promise<Published> {
    const rendered: SecretBytes[] = [];
    try {
      const files = work.files.map((each): NewFile => {
        const bytes = renderFile(each, held);
        rendered.push(bytes);
        return { path: each.file.path, mode: each.file.mode, bytes };
      });
      const environment = renderVariables(held);
      if (environment !== null) rendered.push(environment);
      return await write(files, environment);
    } finally {
      for (const bytes of rendered) bytes.wipe();
    }
  }

  function renderVariables(held: HeldSecrets): SecretBytes | null {
    if (work.variables.length === 0) return null;
    return renderEnvironment(work.variables, plan.envVia, held);
  }

  /** The environment first: containers start when the files are there. */
  async function write(
    files: readonly NewFile[],
    environment: SecretBytes | null,
  ): Promise<Published> {
    const next = { files: digestFiles(files), environment: digest(environment) };
    const before = written;
    if (environment !== null && plan.envPath !== null && next.environment !== before.environment) {
      const options = { mode: plan.envMode, durable: false };
      await writeFileAtomically(plan.envPath, environment.expose(), options);
      written = { ...before, environment: next.environment };
    }
    if (next.files === before.files) {
      return next.environment === before.environment ? 'nothing' : 'environment';
    }
    if (files.length > 0) swapFiles(plan.filesPath, files);
    written = next;
    return 'files';
  }

  return { publish };
}

/** Names, modes and order are those of the plan, so that the contents alone tell. */
function digestFiles(files: readonly NewFile[]): string {
  return files.map(({ bytes }) => digest(bytes)).join();
}

function digest(bytes: SecretBytes | null): string {
  return bytes === null ? 'none' : hash('sha256', bytes.expose(), 'base64');
}
