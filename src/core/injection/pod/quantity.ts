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
