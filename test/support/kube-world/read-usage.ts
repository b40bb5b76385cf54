import { readFileSync } from 'node:fs';

/** A tick of the kernel's accounts, `getconf CLK_TCK`. */
const tickMs = 10;

/** How much processor time a program has used; 0 when it is not there. */
export function readCpuMs(pid: number): number {
  const text = readProc(pid, 'stat');
  // The name of the program, in brackets, may hold spaces; 12 and 13 after it are user and system time.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs;
}

/** The most memory that a program has held. */
export function readPeakMebibytes(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/mu.exec(readProc(pid, 'status'))?.[1] ?? '0';
  return Math.round(Number(kibibytes) / 1024);
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
