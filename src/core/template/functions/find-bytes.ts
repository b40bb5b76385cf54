/** Every place, without overlaps, where a sequence that is not empty occurs. Linear in both. */
export function findAllBytes(bytes: Uint8Array, wanted: Uint8Array): readonly number[] {
  const places: number[] = [];
  const fallbacks = fallbacksOf(wanted);
  let matched = 0;
  for (const [at, byte] of bytes.entries()) {
    while (matched > 0 && byte !== wanted[matched]) matched = fallbacks[matched - 1] ?? 0;
    if (byte === wanted[matched]) matched += 1;
    if (matched === wanted.length) {
      places.push(at - matched + 1);
      matched = 0;
    }
  }
  return places;
}

/** Of Knuth, Morris and Pratt: how much of the start still matches after a mismatch. */
function fallbacksOf(wanted: Uint8Array): Uint32Array {
  const fallbacks = new Uint32Array(wanted.length);
  let matched = 0;
  for (let at = 1; at < wanted.length; at += 1) {
    while (matched > 0 && wanted[at] !== wanted[matched]) matched = fallbacks[matched - 1] ?? 0;
    if (wanted[at] === wanted[matched]) matched += 1;
    fallbacks[at] = matched;
  }
  return fallbacks;
}
