import type { Benchmark } from './benchmark.ts';
import { cliHelp } from './cli-help.ts';

/** Every benchmark, in the order they run. */
export const benchmarks: readonly Benchmark[] = [cliHelp];
