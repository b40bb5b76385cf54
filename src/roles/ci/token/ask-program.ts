import { createError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { collectOutput, startProgram } from '#platform/programs/start-program.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import { readEnvironment, type CiWorld } from '../ci-world.ts';
import { takeToken, type TokenSource } from './token-source.ts';

/** A program of a CI system that prints a token. */
export interface TokenProgram {
  readonly program: string;
  readonly args: readonly string[];
}

const timeoutMs = 30_000;
const maxOutput = 65_536;

/** Runs a program with the environment of the job. Throws `MAYFLY_CI_TOKEN_NONE` when it gives none. */
export function createProgramSource(world: CiWorld, { program, args }: TokenProgram): TokenSource {
  function failure(problem: string): Error {
    return createError('MAYFLY_CI_TOKEN_NONE', { problem: `${program} ${problem}` });
  }
  const deadline = {
    clock: world.clock,
    ms: timeoutMs,
    reason: () => failure('gave none in time'),
  };
  return {
    name: program,
    async fetch(outer): Promise<SecretBytes> {
      return await withDeadline({ ...deadline, signal: outer }, async (signal) => {
        const env = readEnvironment(world);
        const running = startProgram(
          { program, args, env, input: '', notFound: () => failure('is not there') },
          signal,
        );
        const bounds = { maxOutput, tooLarge: () => failure('printed no token') };
        const collected = collectOutput(running, bounds);
        const { code } = await running.exit;
        const output = SecretBytes.take(collected());
        if (code === 0) return takeToken(program, output);
        output.wipe();
        throw failure(`ended with code ${code}`);
      });
    },
  };
}
