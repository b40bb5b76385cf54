import { open } from 'node:fs/promises';

const maxDepth = 8;
const maxBytes = 16 * 1024;
const anonymous = /^RssAnon:\s+([0-9]{1,12}) kB$/mu;

/**
 * The memory, in bytes, that a running program and those it started hold for themselves alone. What has ended, or
 * cannot be looked at, counts as nothing.
 */
export async function readPrivateMemory(pid: number, depth = 0): Promise<number> {
  if (depth >= maxDepth) return 0;
  const [status, children] = await Promise.all([
    readSmall(`/proc/${pid}/status`),
    readSmall(`/proc/${pid}/task/${pid}/children`),
  ]);
  let bytes = Number(anonymous.exec(status)?.[1] ?? 0) * 1024;
  for (const child of children.split(' ')) {
    if (child !== '') bytes += await readPrivateMemory(Number(child), depth + 1);
  }
  return bytes;
}

/** Files of /proc have no size beforehand; what is read of them is bounded. */
async function readSmall(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
