import { parentPort, type MessagePort } from 'node:worker_threads';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretNode } from '#core/secret/secret-tree.ts';
import { partsOf, type TreePart } from '#core/secret/tree-parts.ts';
import { createInbox, type Inbox } from '#platform/worker/worker-line.ts';
import { openFile } from './open-file.ts';
import { parseFile } from './parse-file.ts';
import { partsPerAnswer, type Answer, type Ask } from './talk.ts';

/** A thread that parses and decrypts large files, one at a time. Keys are unwrapped outside of it. */
if (parentPort !== null) void serve(parentPort);

async function serve(port: MessagePort): Promise<void> {
  const inbox = createInbox();
  port.on('message', (message: unknown) => inbox.put(message));
  for (;;) {
    const ask = (await inbox.take()) as Ask;
    if (ask.ask === 'open') await answerFile(port, inbox, ask);
  }
}

async function answerFile(
  port: MessagePort,
  inbox: Inbox,
  file: Extract<Ask, { readonly ask: 'open' }>,
): Promise<void> {
  try {
    const parsed = parseFile(file, 'any');
    if (parsed === null || parsed === 'costly') {
      say(port, { answer: 'plain' });
      return;
    }
    say(port, { answer: 'parsed', metadata: parsed.metadata });
    const ask = (await inbox.take()) as Ask;
    if (ask.ask !== 'key') throw createError('MAYFLY_INTERNAL_BUG', { where: 'the sops worker' });
    const dataKey = SecretBytes.take(ask.dataKey);
    await sayTrees(
      port,
      inbox,
      openAndWipe(() => openFile(parsed, dataKey), dataKey),
    );
  } catch (error) {
    const failure = isMayflyError(error)
      ? error
      : createError('MAYFLY_INTERNAL_BUG', { where: 'the sops worker' });
    say(port, { answer: 'failed', code: failure.code, params: failure.params });
  }
}

function openAndWipe(
  open: () => readonly SecretNode[],
  dataKey: SecretBytes,
): readonly SecretNode[] {
  try {
    return open();
  } finally {
    dataKey.wipe();
  }
}

/** Messages are copies: once the last is out, what this thread holds is wiped. */
async function sayTrees(
  port: MessagePort,
  inbox: Inbox,
  trees: readonly SecretNode[],
): Promise<void> {
  let parts: TreePart[] = [];
  for (const tree of trees) {
    for (const part of partsOf(tree)) {
      parts.push(part);
      if (parts.length === partsPerAnswer) {
        say(port, { answer: 'parts', parts, isLast: false });
        parts = [];
        await inbox.take();
      }
    }
  }
  say(port, { answer: 'parts', parts, isLast: true });
  for (const tree of trees) wipeTree(tree);
}

function say(port: MessagePort, answer: Answer): void {
  port.postMessage(answer);
}
