const prime = 2n ** 255n - 19n;

/**
 * The X25519 form of an ed25519 public key of 32 bytes: u = (1 + y) / (1 - y)
 * ({@link https://www.rfc-editor.org/rfc/rfc7748#section-4.1}).
 */
export function montgomeryOf(point: Uint8Array): Uint8Array {
  const y = point.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) % 2n ** 255n;
  const u = ((1n + y) * power(1n - y + prime, prime - 2n)) % prime;
  return Uint8Array.from({ length: 32 }, (_, at) => Number((u >> BigInt(8 * at)) & 0xffn));
}

function power(factor: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power((factor * factor) % prime, exponent / 2n);
  return exponent % 2n === 0n ? half : (half * factor) % prime;
}
