import { setFlagsFromString } from 'node:v8';

/**
 * From now on V8 compiles without its optimizing compilers, for a program that works too little to win by them: they
 * take some 5 MiB while they work, and leave holes where that was. Node takes nothing of its own code from its cache
 * afterwards, so this is for a program that has started: with these flags in its command it starts half as fast.
 */
export function forgoOptimizing(): void {
  setFlagsFromString('--no-opt');
  setFlagsFromString('--no-maglev');
}
