// Runs one of our scripts, `node tools/launch/script.mjs FILE [ARGUMENT …]`, from a fresh clone too: installs what
// is missing and finds a Node that runs TypeScript.
import { delimiter, dirname, join } from 'node:path';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { findNode, root } from './node24.mjs';
import { runNode } from './run-node.mjs';

const [script, ...rest] = process.argv.slice(2);

try {
  ensureDependencies();
  const node = findNode();
  // Programs that a script starts find the same Node first.
  const PATH = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(
    delimiter,
  );
  runNode(node, [join(root, script), ...rest], { cwd: root, env: { ...process.env, PATH } });
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
