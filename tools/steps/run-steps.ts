/** One thing that a script does; returns null when it went well, else what to show the reader. */
export interface Step {
  readonly title: string;
  run(): Promise<string | null>;
}

/** Runs every step, whether or not one fails, and says what it is doing and how long it took. */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  const started = Date.now();
  const failed: string[] = [];
  for (const [index, step] of steps.entries()) {
    console.log(`▸ ${step.title} (${index + 1} of ${steps.length})`);
    const began = Date.now();
    const complaint = await runStep(step);
    if (complaint !== null) {
      failed.push(step.title);
      if (complaint !== '') console.log(complaint.trimEnd());
    }
    console.log(`${complaint === null ? '✔' : '✖'} ${step.title} in ${formatSeconds(began)}`);
  }
  const verdict = failed.length === 0 ? 'all is well' : `failed: ${failed.join(', ')}`;
  console.log(`${verdict}, ${formatSeconds(started)} in all`);
  return failed.length === 0;
}

export function formatSeconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

async function runStep(step: Step): Promise<string | null> {
  try {
    return await step.run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
