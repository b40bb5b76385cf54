import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildMayflyImages } from '#test/support/node/images/mayfly-images.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { whyNoBuildah } from '#tools/image/buildah.ts';
import { measureArchive, unpackArchive } from '#tools/image/read-archive.ts';
import { findMedian, type Benchmark, type Figure } from '../benchmark.ts';
import { renderLimit, renderPlain } from '../figures.ts';

const run = promisify(execFile);
const runs = 21;
/** Small enough to be pulled in seconds. */
const targetMegabytes = 55;

/** How large the images are, and how long a program in them takes from its start to its end. */
export const image: Benchmark = {
  name: 'image',
  summary: 'size of the images, and start of what is in them',
  async run(say) {
    const reason = whyNoBuildah();
    if (reason !== null) {
      say(`skipped: ${reason}`);
      return [];
    }
    const images = await buildMayflyImages();
    const sizes = [...(await measure('agent', images)), ...(await measure('controller', images))];
    return [...sizes, ...(await measureStarts(images.agent, say))];
  },
};

async function measure(
  name: 'agent' | 'controller',
  images: Readonly<Record<typeof name, string>>,
): Promise<readonly Figure[]> {
  const { packedBytes, unpackedBytes } = await measureArchive(images[name]);
  const packed = packedBytes / 1e6;
  const pulled =
    name === 'agent'
      ? renderLimit('image-agent-pulled', packed, { unit: 'MB', limit: targetMegabytes })
      : renderPlain('image-controller-pulled', packed, 'MB');
  return [pulled, renderPlain(`image-${name}-unpacked`, unpackedBytes / 1e6, 'MB')];
}

/** In the file system of the image, as nobody. Node alone is what no program of ours can be faster than. */
async function measureStarts(
  archive: string,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  const temp = await createTempFolder();
  try {
    const folder = join(temp.path, 'image');
    await mkdir(folder);
    await unpackArchive(archive, folder);
    const node = '/usr/local/bin/node';
    const programs = { node: [node, '-e', ''], 'agent-ready': [node, '/app/agent.mjs', 'ready'] };
    const figures: Figure[] = [];
    for (const [name, command] of Object.entries(programs)) {
      say(name);
      const median = findMedian(await timeStarts(folder, command));
      figures.push(renderPlain(`image-start-${name}`, median, 'ms'));
    }
    return figures;
  } finally {
    await temp.remove();
  }
}

async function timeStarts(folder: string, command: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  // The first start brings the files into memory.
  for (let index = 0; index <= runs; index += 1) {
    const started = performance.now();
    // Without a plan the agent says so and ends, having loaded what a probe loads.
    await run('chroot', ['--userspec=65532:65532', folder, ...command]).catch(() => undefined);
    if (index > 0) times.push(performance.now() - started);
  }
  return times;
}
