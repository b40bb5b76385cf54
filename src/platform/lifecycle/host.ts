import { writeFileSync } from 'node:fs';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';

/** What a program needs of the operating system around it. */
export interface Host {
  /** Calls back on each signal that asks the program to end. */
  onStopSignal(callback: (signal: NodeJS.Signals) => void): void;
  /** Calls back on an error that nobody caught. */
  onUncaught(callback: (error: unknown) => void): void;
  /** Keeps the program alive although it only waits. */
  keepAlive(): void;
  exit(code: number): void;
}

const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** This process. Also sees to it that it writes no diagnostic report and opens no debugger: both hold secrets. */
export function createHost(): Host {
  refuseDumps();
  return {
    onStopSignal: (callback) => {
      for (const signal of stopSignals) process.on(signal, () => callback(signal));
    },
    onUncaught: (callback) => {
      process.on('uncaughtException', callback);
      process.on('unhandledRejection', callback);
    },
    keepAlive: () => {
      keepProgramAlive();
    },
    exit: (code) => process.exit(code),
  };
}

function refuseDumps(): void {
  emptyCores();
  process.report.reportOnFatalError = false;
  process.report.reportOnSignal = false;
  process.report.reportOnUncaughtException = false;
  // Without a listener this signal opens the debugger, to whoever may send it.
  process.on('SIGUSR1', () => undefined);
}

/** A core file then holds no memory, of this process and of those it starts: https://man7.org/linux/man-pages/man5/core.5.html. */
function emptyCores(): void {
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // Not Linux, or a system without core files.
  }
}
