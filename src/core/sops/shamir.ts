/**
 * Puts shares of a secret together: Shamir's scheme over GF(2^8) with the polynomial 0x11B, each share being the
 * values followed by its x coordinate, as HashiCorp Vault and SOPS write them.
 *
 * Returns null for fewer than two shares, shares of different or no length, and shares with an equal or zero
 * x. A wrong share is not noticed here: it gives a wrong secret, on which decryption then fails.
 */
export function combineShares(shares: readonly Uint8Array[]): Uint8Array | null {
  const length = (shares[0]?.length ?? 0) - 1;
  const xs = shares.map((share) => share.at(-1) ?? 0);
  if (shares.length < 2 || length < 1 || shares.some((share) => share.length !== length + 1)) {
    return null;
  }
  if (new Set(xs).size !== xs.length || xs.includes(0)) return null;
  const weights = xs.map((x) => lagrangeAtZero(x, xs));
  return Uint8Array.from({ length }, (_, at) =>
    shares.reduce((sum, share, index) => sum ^ multiply(share[at] ?? 0, weights[index] ?? 0), 0),
  );
}

/** Cuts a secret into shares; `threshold` of them give it back. `coefficients` must be fresh random bytes. */
export function splitSecret(
  secret: Uint8Array,
  plan: { readonly shares: number; readonly threshold: number },
  coefficients: Uint8Array,
): Uint8Array[] {
  const degree = plan.threshold - 1;
  return Array.from({ length: plan.shares }, (_, index) => {
    const x = index + 1;
    const ys = secret.map((constant, at) =>
      evaluate(constant, coefficients.subarray(at * degree, (at + 1) * degree), x),
    );
    return Uint8Array.of(...ys, x);
  });
}

function evaluate(constant: number, higher: Uint8Array, x: number): number {
  return (
    multiply(
      higher.reduceRight((sum, coefficient) => multiply(sum, x) ^ coefficient, 0),
      x,
    ) ^ constant
  );
}

function lagrangeAtZero(x: number, xs: readonly number[]): number {
  return xs
    .filter((other) => other !== x)
    .reduce((product, other) => multiply(product, multiply(other, invert(other ^ x))), 1);
}

/** a^254, which is the inverse in a field of 256 elements. */
function invert(value: number): number {
  let square = value;
  let result = 1;
  for (let bit = 1; bit < 8; bit += 1) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
}

/** Without tables and branches on the operands, so that timing tells nothing of a share. */
function multiply(left: number, right: number): number {
  let result = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    const reduced = (result << 1) ^ (-(result >> 7) & 0x11b);
    result = (reduced ^ (-((right >> bit) & 1) & left)) & 0xff;
  }
  return result;
}
