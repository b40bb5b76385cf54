import { createError } from '../errors/mayfly-error.ts';

const shown = '[secret]';

/**
 * Plaintext. It cannot be logged, stringified, interpolated or inspected: each of these shows `[secret]`.
 * The bytes are reached by {@link SecretBytes.expose} alone, at the last step before they are written.
 *
 * The bytes are wiped by {@link SecretBytes.wipe}; afterwards every use fails. Strings cannot be wiped, so
 * never make one of the bytes.
 */
export class SecretBytes {
  #bytes: Uint8Array | null;
  readonly #reference: WeakRef<SecretBytes>;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#reference = new WeakRef(this);
    live.add(this.#reference);
    for (const watcher of watchers) watcher.appeared(this.#reference);
    forgotten.register(this, this.#reference);
  }

  /** Takes the bytes over: the caller must not keep or change them. */
  static take(bytes: Uint8Array): SecretBytes {
    return new SecretBytes(bytes);
  }

  static copyOf(bytes: Uint8Array): SecretBytes {
    return new SecretBytes(Uint8Array.from(bytes));
  }

  /** Of its own: either may be wiped. Throws `MAYFLY_INTERNAL_SECRET_WIPED` after a wipe. */
  copy(): SecretBytes {
    return SecretBytes.copyOf(this.expose());
  }

  /** Size in bytes; 0 after {@link SecretBytes.wipe}. */
  get size(): number {
    return this.#bytes?.length ?? 0;
  }

  get isWiped(): boolean {
    return this.#bytes === null;
  }

  /** The bytes themselves, not a copy. Throws `MAYFLY_INTERNAL_SECRET_WIPED` after a wipe. */
  expose(): Uint8Array {
    if (this.#bytes === null) throw createError('MAYFLY_INTERNAL_SECRET_WIPED', {});
    return this.#bytes;
  }

  /** Overwrites the bytes with zeroes. May be called more than once. */
  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = null;
    forget(this.#reference);
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  valueOf(): string {
    return shown;
  }

  [Symbol.toPrimitive](): string {
    return shown;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return shown;
  }

  get [Symbol.toStringTag](): string {
    return 'SecretBytes';
  }
}

/**
 * Every secret not yet wiped. It stands beside the class because the promise of the log scrubber is that it
 * knows a value from the moment it exists. References are weak: a forgotten secret is not kept alive.
 */
const live = new Set<WeakRef<SecretBytes>>();
const forgotten = new FinalizationRegistry<WeakRef<SecretBytes>>(forget);
const watchers = new Set<SecretWatcher>();

function forget(reference: WeakRef<SecretBytes>): void {
  if (!live.delete(reference)) return;
  for (const watcher of watchers) watcher.vanished(reference);
}

/** Told of secrets as they come and go. It stands in the path of every decryption, so it only takes note. */
export interface SecretWatcher {
  appeared(secret: WeakRef<SecretBytes>): void;
  /** The secret was wiped, or nobody holds it any more. */
  vanished(secret: WeakRef<SecretBytes>): void;
}

/** Tells of every secret that exists and of those to come, until the returned function is called. */
export function watchSecrets(watcher: SecretWatcher): () => void {
  for (const reference of live) watcher.appeared(reference);
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
