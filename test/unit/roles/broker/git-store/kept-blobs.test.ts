import { describe, expect, it } from '@jest/globals';
import { keepBlobs, type KeptBlobs } from '#roles/broker/git-store/kept-blobs.ts';
import type { GitRequest } from '#core/ports/git/git-repository.ts';
import { createMemoryGit, type MemoryGit } from '#test/support/memory/memory-git.ts';

const never = new AbortController().signal;
const limits = { bytes: 1e6, files: 10, fileBytes: 1_000, commits: 10 };

function aRequest(key: string): GitRequest {
  return {
    key,
    url: 'https://git.test/repo.git',
    ref: { kind: 'branch', name: 'main' },
    auth: { kind: 'none' },
    history: 'FastForwardOnly',
    limits,
    timeoutMs: 1_000,
    include: [],
    accepted: null,
  };
}

interface Brought {
  readonly kept: KeptBlobs;
  readonly git: MemoryGit;
  readonly blobs: readonly string[];
}

async function bring(maxBytes: number): Promise<Brought> {
  const git = createMemoryGit();
  git.commit({ a: 'aaaa', b: 'bbbb', c: 'cccc' });
  const kept = keepBlobs(git, maxBytes);
  const { files } = await kept.git.listFiles(aRequest('shop/one'), git.tip, never);
  const blobs = files.map(({ blob }) => blob);
  await kept.git.prefetch(aRequest('shop/one'), blobs, never);
  return { kept, git, blobs };
}

describe('encrypted files that are kept', () => {
  it('are those that were brought beforehand, of their own source alone', async () => {
    const { kept, blobs } = await bring(100);
    const [a = ''] = blobs;
    expect(Buffer.from(kept.find('shop/one', a, 10) ?? []).toString()).toBe('aaaa');
    expect(kept.find('shop/other', a, 10)).toBeNull();
    await kept.git.forget('shop/other');
    expect(kept.find('shop/one', a, 10)).not.toBeNull();
    await kept.git.forget('shop/one');
    expect(kept.find('shop/one', a, 10)).toBeNull();
  });

  it('are not answered over the limit of a file', async () => {
    const { kept, blobs } = await bring(100);
    expect(kept.find('shop/one', blobs[0] ?? '', 3)).toBeNull();
  });

  it('take no more than they may: what was used longest ago goes first', async () => {
    const { kept, git, blobs } = await bring(8);
    const [a = '', b = '', c = ''] = blobs;
    function listKept(): readonly boolean[] {
      return blobs.map((blob) => kept.find('shop/one', blob, 10) !== null);
    }
    expect([listKept(), git.reads]).toEqual([[true, true, false], 2]);
    kept.find('shop/one', a, 10);
    for await (const _ of kept.git.readBlobs(aRequest('shop/one'), [c], never)) continue;
    expect([kept.find('shop/one', b, 10), git.reads]).toEqual([null, 3]);
    expect(listKept()).toEqual([true, false, true]);
  });
});
