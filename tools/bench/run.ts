import { whyMissing } from '#test/support/parts.ts';
import { formatSeconds } from '#tools/steps/run-steps.ts';
import type { Benchmark, Figure } from './benchmark.ts';
import { benchmarks } from './registry.ts';
import { renderTable } from './render-table.ts';

/**
 * `npm run bench [-- --json] [-- NAME …]`: measures what is named, or everything that is not long. The figures go to
 * standard output, the progress to standard error. A missed target is shown, and does not fail the run; nor does what is
 * left out for want of a real program, unless it was named.
 */
const args = process.argv.slice(2);
const names = args.filter((argument) => argument !== '--json');
const unknown = names.filter((name) => !benchmarks.some((each) => each.name === name));

if (unknown.length > 0) {
  const known = benchmarks.map(({ name, summary }) => `  ${name}: ${summary}`).join('\n');
  process.stderr.write(`no benchmark is called ${unknown.join(', ')}; there are\n${known}\n`);
  process.exitCode = 2;
} else {
  await measure(names.length === 0 ? benchmarks.filter((each) => each.isLong !== true) : pick());
}

function pick(): readonly Benchmark[] {
  return benchmarks.filter((each) => names.includes(each.name));
}

async function measure(chosen: readonly Benchmark[]): Promise<void> {
  const figures: Figure[] = [];
  for (const benchmark of chosen) {
    if (isLeftOut(benchmark)) continue;
    const started = Date.now();
    const say = (progress: string): void => {
      const line = `▸ ${benchmark.name}: ${progress} (${formatSeconds(started)})`;
      process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
    };
    say(benchmark.summary);
    figures.push(...(await benchmark.run(process.stderr.isTTY ? say : () => undefined)));
    say('done');
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
  console.log(args.includes('--json') ? JSON.stringify(figures, null, 2) : renderTable(figures));
}

function isLeftOut({ name, needs }: Benchmark): boolean {
  if (needs === undefined) return false;
  const reason = whyMissing(needs);
  if (reason === null) return false;
  process.stderr.write(`${name} is left out, it needs ${needs}: ${reason}\n`);
  if (names.includes(name)) process.exitCode = 1;
  return true;
}
