import { styleText } from 'node:util';

/** Tells the story of the demo: one line a step, with what was seen and how long it took. */
export interface Narrator {
  say(text: string): void;
  /** Runs one step; what it returns is shown below its title. A step that throws ends the demo. */
  step(title: string, run: () => Promise<readonly string[]>): Promise<void>;
}

const titleWidth = 66;

export function createNarrator(write: (text: string) => void): Narrator {
  const started = performance.now();
  return {
    say(text) {
      write(`${text}\n`);
    },
    async step(title, run) {
      const begun = performance.now();
      try {
        const seen = await run();
        const took = renderSeconds(performance.now() - begun);
        const total = renderSeconds(performance.now() - started);
        write(
          `${styleText('green', '✔')} ${title.padEnd(titleWidth)} ${took.padStart(7)}  ${styleText('dim', `(${total})`)}\n`,
        );
        for (const line of seen) write(styleText('dim', `    ${line}\n`));
      } catch (error) {
        write(`${styleText('red', '✘')} ${title}\n`);
        throw error;
      }
    },
  };
}

function renderSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
