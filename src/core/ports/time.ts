/** An absolute UTC instant, in milliseconds since the epoch. */
export type Instant = number;

/** Time as an argument: nothing in Mayfly reads the wall clock or sets a timer in another way. */
export interface Clock {
  now(): Instant;
  /** Calls back once after the delay (ms); the returned function cancels. Never keeps the process alive. */
  after(delayMs: number, callback: () => void): () => void;
}

/** A clock with a second hand that nobody can set. */
export interface MonotonicClock extends Clock {
  /** Milliseconds since some moment, also while the program was stopped. No change of the wall clock touches it. */
  ticks(): number;
}

/** Randomness as an argument. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1); for jitter, never for keys. */
  fraction(): number;
  /** A random UUID (version 4). */
  uuid(): string;
}
