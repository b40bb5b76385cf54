import { appendFileSync } from 'node:fs';
import { createError } from '#core/errors/mayfly-error.ts';
import { createByteBuilder } from '#core/format/byte-builder.ts';
import { refuseSize } from '#core/format/refuse.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { readVariable, type CiWorld } from '../ci-world.ts';

/** What the runner reads after a step: outputs of the step, variables of later steps, state of its end. */
export type RunnerFile = 'GITHUB_OUTPUT' | 'GITHUB_ENV' | 'GITHUB_STATE';

const longest = 1_048_576;

/**
 * Sets a name in a file of the runner, between marks that no value can hold because nobody can guess them. Throws
 * `MAYFLY_FILE_WRITE_FAILED`, `MAYFLY_FORMAT_TOO_LARGE`.
 */
export function setInRunner(
  world: CiWorld,
  file: RunnerFile,
  { name, value }: { readonly name: string; readonly value: Uint8Array },
): void {
  const path = readVariable(world, file) ?? '';
  const mark = `mayfly_${world.random.uuid()}`;
  const out = createByteBuilder(longest, refuseSize);
  try {
    out.addText(`${name}<<${mark}\n`);
    out.addBytes(value);
    out.addText(`\n${mark}\n`);
    const bytes = out.finish();
    appendFileSync(path, bytes);
    bytes.fill(0);
  } catch (error) {
    const reason = readErrno(error);
    if (reason === 'unknown') throw error;
    throw createError('MAYFLY_FILE_WRITE_FAILED', { path: file, reason }, { cause: error });
  } finally {
    out.wipe();
  }
}
