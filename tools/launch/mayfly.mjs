#!/usr/bin/env node
// `npx mayfly …` from a checkout. On a Node that is new enough the program runs in this very process.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { findNode, isNewEnough, root } from './node24.mjs';
import { runNode } from './run-node.mjs';

const main = join(root, 'src', 'main.ts');

try {
  if (!existsSync(join(root, 'node_modules'))) ensureDependencies();
  if (isNewEnough(process.versions.node)) {
    // Keeps the stripped and compiled sources: the second start takes a third of the first.
    module.enableCompileCache(join(root, 'node_modules', '.cache', 'mayfly'));
    process.argv[1] = main;
    await import(pathToFileURL(main).href);
  } else {
    runNode(findNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
  }
} catch (error) {
  process.stderr.write(
    `mayfly: error: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 70;
}
