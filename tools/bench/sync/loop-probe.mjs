/**
 * Loaded into the measured program by `--import`: on SIGUSR2 it writes the delay of the event loop since the last time
 * to the file that BENCH_LOOP_FILE names. Plain JavaScript: to strip types would take memory of that program.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;
const file = process.env['BENCH_LOOP_FILE'] ?? '';
const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
histogram.enable();

process.on('SIGUSR2', () => {
  // The histogram holds whole intervals of the timer; what is over its resolution is delay.
  const p99Ms = Math.max(0, histogram.percentile(99) / 1e6 - resolutionMs);
  const maxMs = Math.max(0, histogram.max / 1e6 - resolutionMs);
  histogram.reset();
  writeFileSync(`${file}.new`, JSON.stringify({ p99Ms, maxMs }));
  renameSync(`${file}.new`, file);
});
