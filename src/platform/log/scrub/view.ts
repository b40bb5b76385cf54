/** A part of the written text, in bytes: from and up to. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The text, or part of it, with one encoding taken off; every byte knows where it stands in the written text. */
export interface View {
  readonly bytes: Uint8Array;
  /** Where the bytes `from` up to `to` of this view are written. */
  place(from: number, to: number): Range;
}

/** The text as it is written. */
export function viewText(bytes: Uint8Array): View {
  return { bytes, place: (from, to) => ({ from, to }) };
}

/** One byte or more decoded from a place of the text. */
export interface Decoded {
  readonly bytes: readonly number[];
  /** How many bytes of the view below it takes. */
  readonly width: number;
}

export interface Encoding {
  /** The byte that everything encoded begins with. */
  readonly sign: number;
  /** Decodes what begins at a place; null when nothing does, and the byte stands for itself. */
  decodeAt(bytes: Uint8Array, at: number): Decoded | null;
}

/** The view with one encoding taken off wherever it occurs; null when its sign occurs nowhere. */
export function decodeView(below: View, encoding: Encoding): View | null {
  const { bytes } = below;
  if (!bytes.includes(encoding.sign)) return null;
  const decoded = new Uint8Array(bytes.length);
  const starts = new Int32Array(bytes.length + 1);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const { bytes: some, width } = encoding.decodeAt(bytes, at) ?? {
      bytes: [bytes[at] ?? 0],
      width: 1,
    };
    for (const byte of some) {
      decoded[length] = byte;
      starts[length] = at;
      length += 1;
    }
    at += width;
  }
  starts[length] = bytes.length;
  return {
    bytes: decoded.subarray(0, length),
    place: (from: number, to: number) =>
      below.place(starts[from] ?? 0, starts[endOf(starts, to)] ?? bytes.length),
  };
}

/** The bytes of one escape share a start: the range ends where the next one starts. */
function endOf(starts: Int32Array, to: number): number {
  let end = to;
  while (starts[end] === starts[to - 1]) end += 1;
  return end;
}
