import { isCi, partNames, requirePart, whyMissing } from '#test/support/parts.ts';
import { noCounts, type Counts } from './counts.ts';

/** Builds the real programs before the tests need them. A missing one is told; in CI it is a failure. */
export async function preparePartsAloud(): Promise<Counts> {
  console.log(`▸ real programs: ${partNames.join(', ')}`);
  for (const name of partNames) {
    const reason = whyMissing(name);
    if (reason !== null) {
      const what = isCi() ? '✖ failed' : '– skipped';
      console.log(`${what}: tests against real programs (${reason})`);
      return isCi() ? { ...noCounts, failed: 1 } : noCounts;
    }
    await requirePart(name);
  }
  console.log('✔ real programs are there');
  return noCounts;
}
