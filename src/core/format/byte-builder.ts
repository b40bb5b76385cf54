import type { MayflyError } from '../errors/mayfly-error.ts';
import { encodeText } from './utf8.ts';

/** Puts plaintext together piece by piece. What it outgrows on the way is wiped. */
export interface ByteBuilder {
  readonly size: number;
  /** For what is no secret: marks, names, escapes. Throws what {@link createByteBuilder} was told to. */
  addText(text: string): void;
  /** Copies the bytes. Throws what {@link createByteBuilder} was told to. */
  addBytes(bytes: Uint8Array): void;
  /** An exact copy of everything; the builder wipes itself. */
  finish(): Uint8Array;
  wipe(): void;
}

/** A builder for at most `limit` bytes; what would exceed them throws the error that `tooLarge` makes. */
export function createByteBuilder(limit: number, tooLarge: () => MayflyError): ByteBuilder {
  let bytes = new Uint8Array(256);
  let size = 0;

  function wipe(): void {
    bytes.fill(0);
    size = 0;
  }

  function grow(needed: number): void {
    if (needed <= bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
    larger.set(bytes);
    bytes.fill(0);
    bytes = larger;
  }

  function addBytes(added: Uint8Array): void {
    if (size + added.length > limit) throw tooLarge();
    grow(size + added.length);
    bytes.set(added, size);
    size += added.length;
  }

  return {
    get size(): number {
      return size;
    },
    addText: (text) => addBytes(encodeText(text)),
    addBytes,
    finish(): Uint8Array {
      const whole = bytes.slice(0, size);
      wipe();
      return whole;
    },
    wipe,
  };
}
