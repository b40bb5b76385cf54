import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * What makes V8 let go of all that nobody holds any more. Left alone it keeps a program that works a little now and
 * then at several times of what it needs. It stops the program for some 10 ms; until it is called first it costs nothing.
 */
export function createCollector(): () => void {
  let collect: (() => void) | null = null;
  return () => {
    collect ??= exposeCollect();
    collect();
  };
}

function exposeCollect(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return isCollect(collect) ? collect : () => undefined;
}

function isCollect(found: unknown): found is () => void {
  return typeof found === 'function';
}
