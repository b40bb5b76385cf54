import { extname } from 'node:path';
import {
  createError,
  isMayflyError,
  recreateError,
  type MayflyError,
} from '#core/errors/mayfly-error.ts';
import type { EncryptedFile } from '#core/ports/decryptor.ts';
import type { Clock } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SecretNode } from '#core/secret/secret-tree.ts';
import { createTreeBuilder } from '#core/secret/tree-parts.ts';
import type { SopsMetadata } from '#core/sops/metadata/metadata.ts';
import { tellFormat } from '#core/sops/text/tell-format.ts';
import type { WorkerLine } from '#platform/worker/worker-line.ts';
import { createWorkerPool, type WorkerPool } from '#platform/worker/worker-pool.ts';
import type { Answer, Ask } from './talk.ts';

const timeoutSeconds = 30;

/** Up to two threads: large files are rare, and each takes a whole core. */
export function createSopsWorkers(clock: Clock): WorkerPool {
  return createWorkerPool(clock, {
    // Beside this file, under the same extension: also in a bundle.
    script: new URL(`worker${extname(import.meta.url)}`, import.meta.url),
    size: 2,
    timeoutMs: timeoutSeconds * 1_000,
    idleMs: 10_000,
  });
}

/** A file opened elsewhere. */
export interface OpenedFile {
  readonly metadata: SopsMetadata;
  readonly documents: readonly SecretNode[];
}

export interface WorkerRequest {
  readonly file: EncryptedFile;
  readonly findKey: (metadata: SopsMetadata) => Promise<SecretBytes>;
  readonly signal: AbortSignal;
}

/** Parses and decrypts in a worker thread; the key is found here. Throws `MAYFLY_SOPS_TIMEOUT` after 30 seconds. */
export async function openInWorker(
  pool: WorkerPool,
  request: WorkerRequest,
): Promise<OpenedFile | null> {
  const { path } = request.file;
  const opened = await pool.run({
    talk: (line) => talkAbout(line, request),
    signal: request.signal,
    whenLate: () => createError('MAYFLY_SOPS_TIMEOUT', { path, seconds: timeoutSeconds }),
  });
  if (isMayflyError(opened)) throw opened;
  return opened;
}

/** A refusal is a value here: a worker that refused a file is as good as new, one whose talk failed is ended. */
async function talkAbout(
  line: WorkerLine,
  request: WorkerRequest,
): Promise<OpenedFile | MayflyError | null> {
  const { path, format = tellFormat(path) } = request.file;
  const bytes = Uint8Array.from(request.file.bytes);
  const parsed = await ask(line, { ask: 'open', path, format, bytes });
  if (parsed.answer === 'plain') return null;
  if (parsed.answer === 'failed') return recreateError(parsed.code, parsed.params);
  if (parsed.answer !== 'parsed') throw unexpected();
  const answer = await askWithKey(line, await request.findKey(parsed.metadata));
  if (answer.answer === 'failed') return recreateError(answer.code, answer.params);
  return { metadata: parsed.metadata, documents: await receiveTrees(line, answer) };
}

/** The key crosses as a copy, for a message would carry along all that lies beside it in memory. */
async function askWithKey(line: WorkerLine, key: SecretBytes): Promise<Answer> {
  const dataKey = Uint8Array.from(key.expose());
  key.wipe();
  const answer = ask(line, { ask: 'key', dataKey });
  dataKey.fill(0);
  return answer;
}

async function receiveTrees(line: WorkerLine, first: Answer): Promise<readonly SecretNode[]> {
  const builder = createTreeBuilder();
  try {
    for (let answer = first; ; answer = await ask(line, { ask: 'more' })) {
      if (answer.answer !== 'parts') throw unexpected();
      for (const part of answer.parts) builder.add(part);
      if (answer.isLast) return builder.trees;
    }
  } catch (error) {
    builder.wipe();
    throw error;
  }
}

async function ask(line: WorkerLine, question: Ask): Promise<Answer> {
  line.send(question);
  return (await line.receive()) as Answer;
}

function unexpected(): Error {
  return createError('MAYFLY_INTERNAL_BUG', { where: 'the talk with the sops worker' });
}
