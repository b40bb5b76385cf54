const suffixes: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['n', 1e-9],
  ['u', 1e-6],
  ['m', 1e-3],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
  ['Ei', 2 ** 60],
]);

const form = /^(\d{1,18}(?:\.\d{0,9})?|\.\d{1,9})(?:e(\d{1,2})|([numkMGTPE]|[KMGTPE]i))?$/u;

/**
 * The amount of a quantity such as `250m` or `64Mi`; null for text that is none, or negative. See
 * {@link https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/}.
 */
export function parseQuantity(text: string): number | null {
  const [whole, digits, exponent, suffix = ''] = form.exec(text) ?? [];
  if (whole === undefined) return null;
  const amount = Number(digits) * (suffixes.get(suffix) ?? 1);
  return exponent === undefined ? amount : amount * 10 ** Number(exponent);
}

/**
 * The one way in which the API server writes the same amount, such as `1500m` for `1.5` and `2Gi` for `2048Mi`; the text
 * itself where it is no quantity.
 */
export function canonicalQuantity(text: string): string {
  const amount = parseQuantity(text);
  if (amount === null || amount === 0) return text;
  const isBinary = text.endsWith('i');
  const found = [...suffixes]
    .filter(([suffix]) => suffix === '' || suffix.endsWith('i') === isBinary)
    .map(([suffix, factor]) => ({ suffix, count: amount / factor, factor }))
    .filter(({ count }) => count > 0.5 && Math.abs(count - Math.round(count)) <= count * 1e-12)
    .toSorted((a, b) => b.factor - a.factor)[0];
  return found === undefined ? text : `${Math.round(found.count)}${found.suffix}`;
}
