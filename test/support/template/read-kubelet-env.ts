const longestLine = 65_535;

/**
 * The value of one key, as the kubelet 1.37.2 reads an environment file for `fileKeyRef`, rule for rule; an error where
 * it fails, the empty text where it finds nothing.
 */
export function readKubeletEnv(file: string, key: string): string {
  const lines = splitLines(file);
  while (lines.length > 0) {
    const line = trimLeft(lines.shift() ?? '');
    if (line === '' || line.startsWith('#')) continue;
    const [name, start] = splitAssignment(line);
    const value = /^[ \t]/u.test(start) ? '' : readQuoted(start, lines);
    if (name === key) return value;
  }
  return '';
}

/** A value goes on over lines, which are taken, up to its closing quote. */
function readQuoted(start: string, lines: string[]): string {
  if (!start.startsWith("'")) throw new Error('no single quote');
  let text = start.slice(1);
  while (!text.includes("'")) {
    const next = lines.shift();
    if (next === undefined) throw new Error('unclosed');
    text += `\n${next}`;
  }
  const end = text.indexOf("'");
  if (!/^[ \t]*(?:#|$)/u.test(text.slice(end + 1))) throw new Error('more behind the quote');
  return text.slice(0, end);
}

function splitAssignment(line: string): readonly [string, string] {
  const equals = line.indexOf('=');
  if (equals < 1 || /[ \t]$/u.test(line.slice(0, equals))) throw new Error('no assignment');
  return [line.slice(0, equals), line.slice(equals + 1)];
}

/** As `bufio.Scanner`: without the line feed and a carriage return before it, and no longer than its buffer. */
function splitLines(file: string): string[] {
  const lines = file.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.some((line) => Buffer.byteLength(line) > longestLine)) throw new Error('too long');
  return lines.map((line) => line.replace(/\r$/u, ''));
}

function trimLeft(line: string): string {
  return line.replace(/^[ \t]+/u, '');
}
