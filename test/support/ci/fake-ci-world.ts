import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import type { CiWorld } from '#roles/ci/ci-world.ts';

export interface FakeCiWorld extends CiWorld {
  readonly clock: FakeClock;
  /** What was written to standard error. */
  written(): string;
}

/** A {@link CiWorld} whose clock moves when it is told to. */
export function createFakeCiWorld(env: CiWorld['env'] = {}): FakeCiWorld {
  const chunks: Buffer[] = [];
  return {
    env,
    isLogKept: false,
    clock: createFakeClock(),
    random: createFakeRandom(),
    write: (text) => void chunks.push(Buffer.from(text)),
    written: () => Buffer.concat(chunks).toString(),
  };
}
