import type { ValueType } from '#core/secret/tree.ts';

/** A running SHA-512; a port, because core has no crypto. */
export interface MacHash {
  update(bytes: Uint8Array): void;
  /** The digest as 128 upper-case hex digits. */
  hexDigest(): string;
}

/** What `mac_only_encrypted` feeds first: the SHA-256 of `sops`. */
const onlyEncryptedOpening = fromHex(
  '8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69',
);

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
}

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
