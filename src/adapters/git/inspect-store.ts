import { createError } from '#core/errors/mayfly-error.ts';
import { parseInspection, type Inspection } from '#core/git/inspection.ts';
import type { GitPass } from './git-pass.ts';

const maxOutput = 64 * 1024;

/** The newest commit whose trees are all here: what the host may take as known. */
export const completeRef = 'refs/mayfly/complete';

/** Asks git, once, what is here. Older git ends at the first missing object that another one names: it comes last. */
export async function inspectStore(
  pass: GitPass,
  { commit, accepted }: { readonly commit: string; readonly accepted: string },
): Promise<Inspection> {
  const { output } = await pass.git.local({
    args: ['cat-file', '--batch-command', '--buffer'],
    input: `info ${accepted}\ninfo ${completeRef}\ncontents ${commit}\ninfo ${commit}^{tree}\n`,
    maxOutput,
    tooLarge: () => createError('MAYFLY_GIT_OBJECTS_CORRUPT', { host: pass.git.host }),
  });
  return parseInspection(Buffer.from(output).toString('latin1'));
}
