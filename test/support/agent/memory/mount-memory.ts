import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Null where memory can be mounted as the kubelet does it, else why not. */
export function whyNoMounts(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  try {
    const mount = ['mount', '-t', 'tmpfs', 'tmpfs', '/tmp'];
    execFileSync('unshare', ['--mount', ...mount], { stdio: 'ignore' });
    return null;
  } catch {
    return 'this machine allows no mounts';
  }
}

/** Mounts memory of a size such as `256k` at a folder. The returned function takes it away again. */
export async function mountMemory(folder: string, size: string): Promise<() => Promise<void>> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=777`, 'tmpfs', folder]);
  return async () => void (await run('umount', ['--lazy', folder]));
}
