import type { Decryptor } from '#core/ports/decryptor.ts';
import type { SecretSink } from '#core/ports/secret-sink.ts';

/** What went through the ports. */
export interface Tally {
  decryptions: number;
  /** Of Secrets; a renewed lease is one. */
  secretWrites: number;
  /** Of Mayfly's own objects. */
  statusWrites: number;
}

export function countDecryptions(decryptor: Decryptor, tally: Tally): Decryptor {
  return {
    id: decryptor.id,
    decrypt: async (file, keys, signal) => {
      tally.decryptions += 1;
      return decryptor.decrypt(file, keys, signal);
    },
  };
}

/** Counts everything that changes the sink. */
export function countWrites(sink: SecretSink, tally: Tally): SecretSink {
  function count<T>(written: Promise<T>): Promise<T> {
    tally.secretWrites += 1;
    return written;
  }
  return {
    ...sink,
    create: (desired, lease) => count(sink.create(desired, lease)),
    apply: (desired, lease, on) => count(sink.apply(desired, lease, on)),
    renew: (ref, lease, on) => count(sink.renew(ref, lease, on)),
    remove: (ref, on) => count(sink.remove(ref, on)),
    release: (ref, on) => count(sink.release(ref, on)),
  };
}
