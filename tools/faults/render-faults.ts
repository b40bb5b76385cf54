import type { FaultResult } from '#test/support/kube-world/it-survives.ts';

const number = /^F(\d+)$/u;

/** The results in the order of the list, those without a number last. */
export function renderFaults(results: readonly FaultResult[]): string {
  const sorted = results.toSorted((a, b) => rank(a) - rank(b));
  const failed = results.filter(({ passed }) => !passed).length;
  const end = `${results.length - failed} passed, ${failed} failed`;
  return [...sorted.map(renderResult), end].join('\n');
}

function rank({ id }: FaultResult): number {
  return Number(number.exec(id)?.[1] ?? Number.POSITIVE_INFINITY);
}

function renderResult({ id, fault, deed, seen, passed, seconds }: FaultResult): string {
  const head = `${passed ? '✔' : '✖'} ${id}  ${fault} (${seconds} s)`;
  return [head, `    done: ${deed}`, ...seen.map((line) => `    seen: ${line}`)].join('\n');
}
