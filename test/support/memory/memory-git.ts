import { createHash } from 'node:crypto';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type {
  AcceptedRevision,
  BlobRefusal,
  GitFetchResult,
  GitFile,
  GitRepository,
  GitRequest,
  ReadBlob,
  SkippedEntry,
} from '#core/ports/git/git-repository.ts';
import { createPortSteps, type PortSteps } from './port-steps.ts';

interface Commit {
  readonly id: string;
  readonly parent: string | null;
  readonly files: ReadonlyMap<string, string>;
  readonly skipped: readonly SkippedEntry[];
}

/** A {@link GitRepository} in memory: one host with one branch, and the hands of the person who pushes. */
export interface MemoryGit extends GitRepository {
  readonly fetches: number;
  readonly lists: number;
  /** Blobs read. */
  readonly reads: number;
  readonly tip: string;
  /** Of the last fetch. */
  readonly lastRequest: GitRequest | null;
  readonly forgotten: readonly string[];
  /** What was asked for ahead, one item a request. */
  readonly prefetched: readonly (readonly string[])[];
  /** Commits these changes on the tip; null removes a file. Returns the commit id. */
  commit(changes: Readonly<Record<string, string | null>>): string;
  /** Puts the branch on another commit, as a force-push does. */
  pushForce(commit: string | null, changes?: Readonly<Record<string, string | null>>): string;
  /** What the tree of the tip holds that is never read. */
  skip(entries: readonly SkippedEntry[]): void;
  refuseBlob(content: string, code: BlobRefusal): void;
  /** The local copy is gone, and only the host has the commits. */
  loseObjects(): void;
  /** Every question to the host fails like this; null heals. */
  breakHost(error: MayflyError | null): void;
  /** Bringing blobs beforehand fails like this; null heals. */
  breakPrefetch(error: MayflyError | null): void;
  /** Reading blobs fails like this; null heals. */
  breakBlobs(error: MayflyError | null): void;
}

export function createMemoryGit(steps: PortSteps = createPortSteps()): MemoryGit {
  return new Git(steps);
}

class Git implements MemoryGit {
  readonly #steps: PortSteps;
  readonly #commits = new Map<string, Commit>();
  readonly #refused = new Map<string, BlobRefusal>();
  readonly forgotten: string[] = [];
  readonly prefetched: (readonly string[])[] = [];
  #fault: MayflyError | null = null;
  #isLost = false;
  #blobFault: MayflyError | null = null;
  #prefetchFault: MayflyError | null = null;
  tip = '';
  lastRequest: GitRequest | null = null;
  fetches = 0;
  lists = 0;
  reads = 0;

  constructor(steps: PortSteps) {
    this.#steps = steps;
    this.pushForce(null);
  }

  async fetch(request: GitRequest): Promise<GitFetchResult> {
    const { accepted, history } = request;
    this.lastRequest = request;
    this.#steps.step('git.fetch');
    this.fetches += 1;
    if (this.#fault !== null) throw this.#fault;
    const revision = { commit: this.tip };
    if (accepted === null) return { kind: 'accepted', revision, rewound: false };
    if (accepted.commit === this.tip) return { kind: 'unchanged', revision };
    const rewound = !this.#descends(accepted);
    if (rewound && history === 'FastForwardOnly') {
      const params = { offered: this.tip, accepted: accepted.commit };
      throw createError('MAYFLY_GIT_REWIND', params);
    }
    return { kind: 'accepted', revision, rewound };
  }

  async listFiles(
    _request: GitRequest,
    commit: string,
  ): Promise<{ files: readonly GitFile[]; skipped: readonly SkippedEntry[] }> {
    this.#steps.step('git.listFiles');
    this.lists += 1;
    const found = this.#commits.get(commit);
    if (found === undefined || this.#isLost) {
      throw createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' });
    }
    const files = [...found.files].map(([path, content]) => ({
      path,
      blob: blobOf(content),
      size: content.length,
    }));
    return { files, skipped: found.skipped };
  }

  async prefetch(_request: GitRequest, blobs: readonly string[]): Promise<void> {
    this.#steps.step('git.prefetch');
    this.prefetched.push(blobs);
    if (this.#prefetchFault !== null) throw this.#prefetchFault;
  }

  async *readBlobs(_request: GitRequest, blobs: readonly string[]): AsyncGenerator<ReadBlob> {
    this.#steps.step('git.readBlobs');
    for (const blob of blobs) {
      if (this.#blobFault !== null) throw this.#blobFault;
      this.#steps.step('git.readBlobs next');
      this.reads += 1;
      yield this.#readBlob(blob);
    }
  }

  async forget(key: string): Promise<void> {
    this.#steps.step('git.forget');
    this.forgotten.push(key);
  }

  commit(changes: Readonly<Record<string, string | null>>): string {
    return this.pushForce(this.tip, changes);
  }

  pushForce(parent: string | null, changes: Readonly<Record<string, string | null>> = {}): string {
    const before = this.#commits.get(parent ?? '');
    const files = new Map<string, string | null>([
      ...(before?.files ?? []),
      ...Object.entries(changes),
    ]);
    const id = createHash('sha1').update(`commit ${this.#commits.size}`).digest('hex');
    const skipped = before?.skipped ?? [];
    this.#commits.set(id, { id, parent, files: withoutNulls(files), skipped });
    this.tip = id;
    return id;
  }

  skip(skipped: readonly SkippedEntry[]): void {
    const commit = this.#commits.get(this.tip);
    if (commit !== undefined) this.#commits.set(this.tip, { ...commit, skipped });
  }

  refuseBlob(content: string, code: BlobRefusal): void {
    this.#refused.set(blobOf(content), code);
  }

  loseObjects(): void {
    this.#isLost = true;
  }

  breakHost(error: MayflyError | null): void {
    this.#fault = error;
  }

  breakPrefetch(error: MayflyError | null): void {
    this.#prefetchFault = error;
  }

  breakBlobs(error: MayflyError | null): void {
    this.#blobFault = error;
  }

  #descends({ commit }: AcceptedRevision): boolean {
    let at = this.#commits.get(this.tip);
    while (at !== undefined && at.id !== commit) at = this.#commits.get(at.parent ?? '');
    return at !== undefined;
  }

  #readBlob(blob: string): ReadBlob {
    const refused = this.#refused.get(blob);
    if (refused !== undefined) return { blob, refused };
    for (const { files } of this.#commits.values()) {
      for (const content of files.values()) {
        if (blobOf(content) === blob) return { blob, bytes: Buffer.from(content) };
      }
    }
    throw createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' });
  }
}

function withoutNulls(files: ReadonlyMap<string, string | null>): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  for (const [path, content] of files) if (content !== null) kept.set(path, content);
  return kept;
}

function blobOf(content: string): string {
  return createHash('sha1').update(`blob ${content}`).digest('hex');
}
