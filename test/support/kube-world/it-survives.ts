import { appendFileSync } from 'node:fs';
import { it } from '@jest/globals';

/** One fault of the list: its number there, what it is, and what is done here. */
export interface FaultCase {
  readonly id: string;
  readonly fault: string;
  readonly deed: string;
}

/** What `npm run faults` prints of it. */
export interface FaultResult extends FaultCase {
  readonly seen: readonly string[];
  readonly passed: boolean;
  readonly seconds: number;
}

/** Notes what was seen, for the table. */
export type See = (what: string) => void;

const longestMs = 600_000;

/** `it` for a fault of the list. What was seen goes to the file that `FAULTS_REPORT` names, if any. */
export function itSurvives(
  known: FaultCase,
  test: (see: See) => Promise<void>,
  withinMs = longestMs,
): void {
  it(
    `${known.id} survives ${known.fault}: ${known.deed}`,
    async () => {
      const seen: string[] = [];
      const started = performance.now();
      const report = (passed: boolean): void => {
        const seconds = Math.round((performance.now() - started) / 1000);
        writeResult({ ...known, seen, passed, seconds });
      };
      try {
        await test((what) => seen.push(what));
      } catch (error) {
        report(false);
        throw error;
      }
      report(true);
    },
    withinMs,
  );
}

function writeResult(result: FaultResult): void {
  const file = process.env['FAULTS_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
