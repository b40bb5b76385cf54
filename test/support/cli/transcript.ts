/** One command of a transcript and what it is to print. */
export interface Step {
  readonly command: string;
  readonly args: readonly string[];
  /** From a file, after `<`. */
  readonly inputFile: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/**
 * Reads a transcript. A line `$ mayfly …` is a command (words are split at spaces), `! …` a line it prints on standard
 * error, `? 2` its exit code (else 0), `# …` in front of a command says why it stands there; every other line is
 * printed on standard output.
 */
export function parseTranscript(text: string): readonly Step[] {
  return text
    .split(/^(?=\$ )/gmu)
    .filter((part) => part.startsWith('$ '))
    .map((part) => parseStep(part));
}

function parseStep(part: string): Step {
  const [opening = '', ...lines] = part
    .replace(/\n(?:\n|# .*\n?)*$/u, '\n')
    .split('\n')
    .slice(0, -1);
  const [, ...words] = opening.slice(2).split(' ');
  const redirect = words.indexOf('<');
  const code = lines.find((line) => line.startsWith('? '))?.slice(2) ?? '0';
  return {
    command: opening.slice(2),
    args: redirect === -1 ? words : words.slice(0, redirect),
    inputFile: redirect === -1 ? null : (words[redirect + 1] ?? null),
    stdout: joinLines(lines.filter((line) => !isStderr(line) && !line.startsWith('? '))),
    stderr: joinLines(lines.filter(isStderr).map((line) => line.slice(2))),
    code: Number(code),
  };
}

function isStderr(line: string): boolean {
  return line.startsWith('! ');
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
