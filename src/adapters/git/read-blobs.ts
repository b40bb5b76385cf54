import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { parseBatchOutput, splitBySize } from '#core/git/batch-output.ts';
import { isLfsPointer } from '#core/git/tree-entry.ts';
import type { GitRequest, ReadBlob } from '#core/ports/git/git-repository.ts';
import { fetchObjects } from './fetch-revision.ts';
import type { GitPass, PassRunner } from './git-pass.ts';

const bytesPerLine = 128;
/** What a pack adds to a blob it holds. */
const packOverhead = 4096;
/** How much content is held at a time. */
const maxRunBytes = 4 * 1024 * 1024;

/** Makes sure that the blobs are here, but for those over the limit of a file, and tells the sizes. */
export async function ensureBlobs(
  pass: GitPass,
  blobs: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const wanted = [...new Set(blobs)];
  const known = await readSizes(pass, wanted);
  const absent = wanted.filter((blob) => !known.has(blob));
  if (absent.length === 0) return known;
  await fetchBlobs(pass, absent);
  return readSizes(pass, wanted);
}

async function readSizes(
  pass: GitPass,
  blobs: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (blobs.length === 0) return new Map();
  const args = ['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)', '--buffer'];
  const output = await readOutput(pass, { args, blobs, maxOutput: blobs.length * bytesPerLine });
  const sizes = new Map<string, number>();
  for (const line of Buffer.from(output).toString('latin1').split('\n')) {
    const [id, type, size] = line.split(' ');
    if (id !== undefined && type === 'blob') sizes.set(id, Number(size));
  }
  return sizes;
}

interface BlobCommand {
  readonly args: readonly string[];
  readonly blobs: readonly string[];
  readonly maxOutput: number;
}

async function readOutput(pass: GitPass, command: BlobCommand): Promise<Uint8Array> {
  const { args, blobs, maxOutput } = command;
  const input = `${blobs.join('\n')}\n`;
  const tooLarge: () => Error = () => corruptStore(pass);
  return (await pass.git.local({ args, input, maxOutput, tooLarge })).output;
}

function corruptStore(pass: GitPass): Error {
  return createError('MAYFLY_GIT_OBJECTS_CORRUPT', { host: pass.git.host });
}

/**
 * Brings the missing blobs in one request. The host does not tell sizes beforehand; so when one request brings
 * more than its blobs may have, its halves are asked for alone, until the blob that is too large is found.
 */
async function fetchBlobs(pass: GitPass, blobs: readonly string[]): Promise<void> {
  const { bytes, fileBytes } = pass.request.limits;
  const maxGrowth = Math.min(bytes, blobs.length * (fileBytes + packOverhead));
  try {
    const fetched = await fetchObjects(pass, {
      flags: ['--filter=blob:none'],
      wanted: blobs,
      maxGrowth,
    });
    if (fetched === 'missing') throw corruptStore(pass);
  } catch (error) {
    if (!isMayflyError(error) || error.code !== 'MAYFLY_GIT_BYTES_EXCEEDED') throw error;
    if (blobs.length === 1) return;
    const middle = Math.ceil(blobs.length / 2);
    await fetchBlobs(pass, blobs.slice(0, middle));
    await fetchBlobs(pass, blobs.slice(middle));
  }
}

export interface BlobReading {
  readonly request: GitRequest;
  readonly signal: AbortSignal;
  readonly runner: PassRunner;
}

/** Reads blobs in the order asked; those that are over the limit of a file, or absent for it, are refused. */
export async function* readLocalBlobs(
  { request, signal, runner }: BlobReading,
  blobs: readonly string[],
  sizes: ReadonlyMap<string, number>,
): AsyncGenerator<ReadBlob> {
  const readable = new Map([...sizes].filter(([, size]) => size <= request.limits.fileBytes));
  for (const run of splitBySize(blobs, readable, maxRunBytes)) {
    const contents = await runner.run(request, signal, (pass) => readContents(pass, run, readable));
    for (const blob of run) {
      const bytes = contents.get(blob);
      if (bytes === undefined) yield { blob, refused: 'MAYFLY_GIT_FILE_TOO_LARGE' };
      else if (isLfsPointer(bytes)) yield { blob, refused: 'MAYFLY_GIT_LFS_POINTER' };
      else yield { blob, bytes };
    }
  }
}

async function readContents(
  pass: GitPass,
  run: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = run.filter((blob) => sizes.has(blob));
  if (blobs.length === 0) return new Map();
  const maxOutput = blobs.reduce((sum, blob) => sum + (sizes.get(blob) ?? 0) + bytesPerLine, 0);
  const args = ['cat-file', '--batch', '--buffer'];
  const output = await readOutput(pass, { args, blobs, maxOutput });
  const contents = parseBatchOutput(output, blobs);
  if (contents === null) throw corruptStore(pass);
  return new Map(blobs.map((blob, index) => [blob, contents[index] ?? new Uint8Array(0)]));
}
