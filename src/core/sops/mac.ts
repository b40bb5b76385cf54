import type { ValueType } from '#core/secret/tree.ts';

/** A running SHA-512; a port, because core has no crypto. */
export interface MacHash {
  update(bytes: Uint8Array): void;
  /** The digest as 128 upper-case hex digits. */
  hexDigest(): string;
}

/** What `mac_only_encrypted` feeds first: the SHA-256 of `sops`. */
const onlyEncryptedOpening = Uint8Array.of(
  ...[
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b,
  ],
  ...[
    0x0b, 0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
  ],
);

/** The message authentication code of one file, over the plaintexts of all its documents in order. */
export interface Mac {
  /** Feeds one leaf: its canonical bytes. Comments and nulls are never fed. */
  addLeaf(type: ValueType, bytes: Uint8Array, encrypted: boolean): void;
  hexDigest(): string;
}

/** Starts the MAC of a file; with `onlyEncrypted`, plain leaves are left out. */
export function createMac(hash: MacHash, onlyEncrypted: boolean): Mac {
  if (onlyEncrypted) hash.update(onlyEncryptedOpening);
  return {
    addLeaf(type, bytes, encrypted): void {
      if (onlyEncrypted && !encrypted) return;
      hash.update(type === 'bool' ? boolBytes(bytes) : bytes);
    },
    hexDigest: () => hash.hexDigest(),
  };
}

const capitalTrue = new TextEncoder().encode('True');
const capitalFalse = new TextEncoder().encode('False');

/** SOPS spells booleans with a capital letter, inside the cipher and in the MAC. */
export function boolBytes(canonical: Uint8Array): Uint8Array {
  return canonical.length === 4 ? capitalTrue : capitalFalse;
}
