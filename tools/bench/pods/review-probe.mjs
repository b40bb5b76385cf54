/**
 * Loaded into the measured program by `--import`: on SIGUSR2 it writes how long each review took in it, in ms, since
 * the last time, to the file that BENCH_REVIEWS_FILE names: from when its headers were read until its answer was
 * handed to the kernel. Plain JavaScript: to strip types would take memory of that program.
 */
import { subscribe } from 'node:diagnostics_channel';
import { renameSync, writeFileSync } from 'node:fs';

const file = process.env['BENCH_REVIEWS_FILE'] ?? '';
const started = new WeakMap();
let times = [];

subscribe('http.server.request.start', ({ request }) => {
  if (request.method === 'POST') started.set(request, performance.now());
});

subscribe('http.server.response.finish', ({ request }) => {
  const from = started.get(request);
  if (from !== undefined) times.push(performance.now() - from);
});

process.on('SIGUSR2', () => {
  writeFileSync(`${file}.new`, JSON.stringify(times));
  renameSync(`${file}.new`, file);
  times = [];
});
