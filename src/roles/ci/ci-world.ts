import type { Clock, Random } from '#core/ports/time.ts';

/** What a job or a person gives to a command. */
export interface CiWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether somebody keeps standard error in a file, where no runner reads it. */
  readonly isLogKept: boolean;
  /** Writes to standard error. */
  write(text: string | Uint8Array): void;
}

/** A line for whoever reads the log. */
export function tell(world: CiWorld, text: string): void {
  world.write(`mayfly: ${text}\n`);
}

/** The environment of this program, for another one. */
export function readEnvironment({ env }: Pick<CiWorld, 'env'>): Readonly<Record<string, string>> {
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(given);
}

/** A variable of the environment; null where it is absent or empty. */
export function readVariable({ env }: Pick<CiWorld, 'env'>, name: string): string | null {
  const value = env[name] ?? '';
  return value === '' ? null : value;
}
