import { startsWithText } from './bech32.ts';

/** One identity as it stands in a file: a line, or a PEM block of several. */
export interface IdentityBlock {
  /** Counted from 1. */
  readonly line: number;
  /** A view into the file, without white space around it. */
  readonly bytes: Uint8Array;
}

const lineFeed = 0x0a;
const pemEnd = Array.from('\n-----END ', (char) => char.charCodeAt(0));

/** Splits an identity file into what may be identities: comments and blank lines are left out. */
export function* splitIdentityBlocks(file: Uint8Array): Generator<IdentityBlock> {
  let start = 0;
  for (let line = 1; start < file.length;) {
    const block = file.subarray(start, start + blockLength(file.subarray(start)));
    const bytes = trimBytes(block);
    if (bytes.length > 0 && !startsWithText(bytes, '#')) yield { line, bytes };
    line += block.reduce((count, byte) => (byte === lineFeed ? count + 1 : count), 0);
    start += block.length;
  }
}

/** How far the line, or the PEM block that starts here, reaches. */
function blockLength(rest: Uint8Array): number {
  const lastLine = startsWithText(rest, '-----BEGIN ') ? findPemEnd(rest) + 1 : 0;
  const lineEnd = rest.indexOf(lineFeed, lastLine);
  return lineEnd === -1 ? rest.length : lineEnd + 1;
}

function findPemEnd(rest: Uint8Array): number {
  return rest.findIndex((_, at) => pemEnd.every((byte, index) => rest[at + index] === byte));
}

function trimBytes(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => !isBlank(byte));
  const end = bytes.findLastIndex((byte) => !isBlank(byte)) + 1;
  return bytes.subarray(Math.max(0, start), end);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
