import { countMarker, type Counts } from './counts.ts';

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/** Tells whoever started jest how it went, in one line of standard output; jest takes it as the default export. */
export default class CountReporter {
  onRunComplete(_contexts: unknown, results: Results): void {
    const counts: Counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    process.stdout.write(`\n${countMarker}${JSON.stringify(counts)}\n`);
  }
}
