import { join } from 'node:path';
import { createAgeUnwrapper } from '#adapters/age/index.ts';
import { createSopsDecryptor } from '#adapters/decryptor/sops/index.ts';
import { createGitProgram } from '#adapters/git-program/create-git-program.ts';
import { createGitRepository } from '#adapters/git/create-git-repository.ts';
import { createSshAgent } from '#adapters/ssh-agent/create-ssh-agent.ts';
import type { Decryptor } from '#core/ports/decryptor.ts';
import type { FileRenderer } from '#core/ports/file-renderer.ts';
import type { GitRepository } from '#core/ports/git/git-repository.ts';
import type { Clock } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { renderDecrypted } from '#core/sops/render/render-file.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { noSteps, type Steps } from '#platform/files/steps.ts';

interface SourceTools {
  readonly clock: Clock;
  readonly onStep?: Steps | undefined;
}

export interface OpenSources {
  readonly git: GitRepository;
  /** Asked in this order. */
  readonly decryptors: readonly Decryptor[];
  readonly renderFile: FileRenderer;
}

/** From a repository to plaintext, in a cluster as on a machine. */
export async function openSources(
  { stateDir, git }: Pick<Configuration, 'stateDir' | 'git'>,
  { clock, onStep = noSteps }: SourceTools,
): Promise<OpenSources> {
  const program = await createGitProgram(
    { clock, sshAgent: createSshAgent(), onStep },
    { directory: join(stateDir, 'git-programs'), policy: { allowedHosts: git.allowedHosts } },
  );
  return {
    git: createGitRepository({ clock, program }, { directory: join(stateDir, 'git') }),
    decryptors: [createSopsDecryptor({ unwrappers: [createAgeUnwrapper()], clock })],
    renderFile: (file) =>
      SecretBytes.take(renderDecrypted(file, { path: '', format: file.format })),
  };
}
