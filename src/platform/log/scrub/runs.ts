import { hexDigit } from './escapes.ts';
import type { View } from './view.ts';

/** A packed alphabet: how many bits a letter carries and which characters may stand between letters. */
interface Alphabet {
  readonly bits: number;
  /** By byte: the value of a letter, `skipped`, or `foreign`. */
  readonly values: Int8Array;
  /** The shortest run that can hold six bytes. */
  readonly shortest: number;
}

const foreign = -1;
const skipped = -2;

const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 and base64url, also wrapped into lines. */
const base64: Alphabet = {
  bits: 6,
  values: Int8Array.from({ length: 256 }, (_, byte) => {
    const char = String.fromCharCode(byte);
    if (char === '\n' || char === '\r') return skipped;
    return base64Letters.indexOf(char === '-' ? '+' : char.replace('_', '/'));
  }),
  shortest: 8,
};

/** Hex of either case, also with the spaces and colons that dumps and fingerprints have. */
const hex: Alphabet = {
  bits: 4,
  values: Int8Array.from({ length: 256 }, (_, byte) =>
    byte === 0x20 || byte === 0x3a ? skipped : hexDigit(byte),
  ),
  shortest: 12,
};

/** Every run of base64 or hex in a view, decoded at each alignment it may have. */
export function* decodeRuns(view: View): Generator<View> {
  for (const alphabet of [base64, hex]) {
    for (const run of findRuns(view.bytes, alphabet)) {
      for (let skip = 0; skip < 8 / greatestCommon(alphabet.bits); skip += 1) {
        yield decodeRun(view, run, { alphabet, skip });
      }
    }
  }
}

/** 8 bits and 6 bits meet every 4 letters, 8 bits and 4 bits every 2. */
function greatestCommon(bits: number): number {
  return bits === 6 ? 2 : 4;
}

/** The places of the letters of one run, in order. */
type Run = Int32Array;

function* findRuns(bytes: Uint8Array, alphabet: Alphabet): Generator<Run> {
  const places = new Int32Array(bytes.length);
  let length = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    const value = at === bytes.length ? foreign : (alphabet.values[bytes[at] ?? 0] ?? foreign);
    if (value >= 0) {
      places[length] = at;
      length += 1;
    } else if (value === foreign) {
      if (length >= alphabet.shortest) yield places.slice(0, length);
      length = 0;
    }
  }
}

interface Alignment {
  readonly alphabet: Alphabet;
  /** How many letters belong to what stands before. */
  readonly skip: number;
}

function decodeRun(view: View, run: Run, { alphabet, skip }: Alignment): View {
  const { bits, values } = alphabet;
  const decoded = new Uint8Array(Math.floor(((run.length - skip) * bits) / 8));
  let held = 0;
  let heldBits = 0;
  let length = 0;
  for (let letter = skip; letter < run.length && length < decoded.length; letter += 1) {
    held = ((held << bits) | (values[view.bytes[run[letter] ?? 0] ?? 0] ?? 0)) & 0xffff;
    heldBits += bits;
    if (heldBits < 8) continue;
    heldBits -= 8;
    decoded[length] = (held >> heldBits) & 0xff;
    length += 1;
  }
  function letterAt(index: number): number {
    return run[Math.min(skip + index, run.length - 1)] ?? 0;
  }
  return {
    bytes: decoded,
    place: (from, to) =>
      view.place(
        letterAt(Math.floor((from * 8) / bits)),
        letterAt(Math.ceil((to * 8) / bits) - 1) + 1,
      ),
  };
}
