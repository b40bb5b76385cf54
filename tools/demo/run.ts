import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTestGitServer } from '#test/support/git-server/create-test-git-server.ts';
import { playBroker } from './broker/play-broker.ts';
import { playOnCluster } from './cluster/play-on-cluster.ts';
import { startDaemon } from './daemon.ts';
import { createMachineScenery } from './machine-scenery.ts';
import { playPods } from './pods/play-pods.ts';
import { createNarrator, type Narrator } from './narrator.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { playSteps, writeFirstFiles } from './steps.ts';
import { createWorkspace, writeObjects, type Workspace } from './workspace.ts';

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const isStaying = process.argv.includes('--stay');

/** `npm run demo`: the main job on this machine, with a real git host and the real program. */
const narrator = createNarrator((text) => process.stdout.write(text));
const workspace = await createWorkspace();
try {
  process.exitCode = await play(narrator, workspace);
  if (process.exitCode === 0 && !isStaying) {
    await playPods(narrator, program);
    await playBroker(narrator, program);
    await playOnCluster(narrator, program);
  }
  narrator.say(
    '\nNext: docs/tutorial.md and docs/tutorial-cluster.md do the same by hand, docs/ci for CI jobs.',
  );
} finally {
  await workspace.remove();
}

async function play(story: Narrator, place: Workspace): Promise<number> {
  story.say(`Mayfly's main job, on this machine alone, in ${place.root} (removed at the end).\n`);
  if (place.sink.onDisk)
    story.say('No memory-backed folder here: secrets go to disk, for the demo.');
  const publisher = await createPublisher(place.root, program);
  const server = await createTestGitServer({ repository: publisher.bareRepository });
  try {
    await story.step('a git repository with two encrypted files, served over https', async () => {
      await writeFirstFiles({ publisher, recipient: place.recipient });
      const commit = await publisher.publish('two secrets');
      await writeObjects(place, server);
      return [`${server.url} at ${commit}`];
    });
    return await playWithDaemon(story, { place, publisher });
  } finally {
    await server.close();
  }
}

interface Scene {
  readonly place: Workspace;
  readonly publisher: Publisher;
}

async function playWithDaemon(story: Narrator, { place, publisher }: Scene): Promise<number> {
  const daemon = await startDaemon(program, { ...place, role: 'standalone' });
  try {
    const scenery = createMachineScenery(program, place);
    await playSteps({ narrator: story, publisher, recipient: place.recipient, scenery });
    if (isStaying) await stay(story, { place, publisher });
    await story.step('mayfly ends cleanly', async () => {
      const code = await daemon.stop();
      if (code !== 0) throw new Error(`it ended with ${code ?? 'a signal'}`);
      return [];
    });
    return 0;
  } catch (error) {
    story.say(`\nThe demo failed: ${error instanceof Error ? error.message : 'unknown'}`);
    story.say(`The last lines of mayfly's log:\n${await readTail(daemon.logFile)}`);
    return 1;
  } finally {
    await daemon.stop();
  }
}

async function stay(story: Narrator, { place, publisher }: Scene): Promise<void> {
  await publisher.git('push', '--quiet', 'origin', 'HEAD:main');
  story.say('\nThe branch is back, and Mayfly goes on. Look at it from another terminal:');
  story.say(`  npx mayfly status --config ${place.configFile}\n  ls ${place.secrets}`);
  story.say('Ctrl-C ends it.');
  await once(process, 'SIGINT');
}

async function readTail(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines.slice(-15).join('\n');
}
