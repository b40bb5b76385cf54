import { join } from 'node:path';
import type { Clock } from '#core/ports/time.ts';
import {
  watchFolder,
  watchFolderInTheMaking,
  type FolderWatch,
  type WatchCalls,
} from './watch-folder.ts';

/** Several events of one change come at once. */
const debounceMs = 50;
/** A safety net under the events of the kernel, which may be lost or run out. */
const rescanMs = 60_000;

/** Where one secret's folder is. */
export interface FolderPlace {
  readonly directory: string;
  readonly name: string;
}

export interface DriftDeps<P extends FolderPlace> {
  readonly clock: Clock;
  /** Of the folder of this name in the directory of the place; changes with it, see `readFingerprint`. */
  fingerprint(place: P, name: string): Promise<string>;
  /** Reads the folder, and whether it is as it was last written; called in its turn. */
  isIntact(place: P): Promise<boolean>;
  /** Runs an action while nothing is written to this folder. */
  inTurn(place: P, action: () => Promise<void>): Promise<void>;
  onDrift(place: P): void;
  onFault(error: unknown): void;
}

export interface DriftTracker<P extends FolderPlace> {
  /**
   * Compares with how the folder is now from here on. Called in its turn: `written` after a write of ours, which is
   * read once soon after, because somebody may have been quicker than the watches; `found` when nobody knows yet
   * whether it is as it should be: then a fault, such as a directory that is not there yet, is told to `onFault` and
   * stops nothing.
   */
  accept(place: P, as: 'written' | 'found'): Promise<void>;
  /**
   * Called in its turn before a folder that is as it should be, and that nobody else has seen yet, is moved to its
   * place: whatever happens to it from then on is told, and it need not be read.
   */
  acceptMade(place: P, name: string): Promise<void>;
  /** Somebody has read the folder in its turn and found it as it should be. */
  confirm(place: FolderPlace): void;
  /** A write of ours begins: should it end half done, the folder has to be read again. */
  doubt(place: FolderPlace): void;
  /** Whether it was as it should be and the kernel has told of no change since: then it need not be read again. */
  isUntouched(place: FolderPlace): boolean;
  forget(place: FolderPlace): void;
  close(): void;
}

interface Tracked<P> {
  readonly place: P;
  readonly fingerprint: string;
  readonly watch: FolderWatch;
  /** Nobody has read it since it was written. */
  unread: boolean;
  untouched: boolean;
}

/** Tells when somebody else changes folders that were accepted: by the kernel's events, and by a look now and then. */
export function createDriftTracker<P extends FolderPlace>(deps: DriftDeps<P>): DriftTracker<P> {
  return new Tracker(deps);
}

class Tracker<P extends FolderPlace> implements DriftTracker<P> {
  readonly #deps: DriftDeps<P>;
  readonly #tracked = new Map<string, Tracked<P>>();
  readonly #debounce: Debounce;
  #stopRescan: () => void;
  #closed = false;

  constructor(deps: DriftDeps<P>) {
    this.#deps = deps;
    this.#debounce = createDebounce(deps.clock);
    this.#stopRescan = deps.clock.after(rescanMs, () => this.#rescanAndGoOn());
  }

  async accept(place: P, as: 'written' | 'found'): Promise<void> {
    this.forget(place);
    if (this.#closed) return;
    const unread = as === 'written';
    try {
      const watch = watchFolder(pathOf(place), this.#watchCalls(place));
      await this.#track(place, place.name, { watch, unread, untouched: false });
      if (unread) this.#lookSoon(place);
    } catch (error) {
      if (unread) throw error;
      this.#deps.onFault(error);
    }
  }

  async acceptMade(place: P, name: string): Promise<void> {
    this.forget(place);
    if (this.#closed) return;
    const path = pathOf({ ...place, name });
    const watch = watchFolderInTheMaking(path, pathOf(place), this.#watchCalls(place));
    await this.#track(place, name, { watch, unread: false, untouched: watch.isWhole });
  }

  async #track(
    place: P,
    name: string,
    known: Pick<Tracked<P>, 'watch' | 'unread' | 'untouched'>,
  ): Promise<void> {
    try {
      const fingerprint = await this.#deps.fingerprint(place, name);
      this.#tracked.set(pathOf(place), { place, fingerprint, ...known });
      if (this.#closed) this.forget(place);
    } catch (error) {
      known.watch.close();
      throw error;
    }
  }

  #watchCalls(place: P): WatchCalls {
    return {
      onEvent: () => {
        this.doubt(place);
        this.#lookSoon(place);
      },
      onFault: (error) => this.#deps.onFault(error),
    };
  }

  /** Without all watches a later change would go unnoticed. */
  confirm(place: FolderPlace): void {
    const known = this.#tracked.get(pathOf(place));
    if (known?.watch.isWhole === true) known.untouched = true;
  }

  doubt(place: FolderPlace): void {
    const known = this.#tracked.get(pathOf(place));
    if (known !== undefined) known.untouched = false;
  }

  isUntouched(place: FolderPlace): boolean {
    return this.#tracked.get(pathOf(place))?.untouched === true;
  }

  forget(place: FolderPlace): void {
    this.#tracked.get(pathOf(place))?.watch.close();
    this.#tracked.delete(pathOf(place));
  }

  close(): void {
    this.#closed = true;
    this.#stopRescan();
    this.#debounce.cancel();
    for (const { place } of this.#tracked.values()) this.forget(place);
  }

  #lookSoon(place: P): void {
    if (!this.#closed) this.#debounce.run(pathOf(place), () => void this.#look(place));
  }

  async #look(place: P): Promise<void> {
    try {
      await this.#deps.inTurn(place, async () => await this.#compare(place));
    } catch (error) {
      this.#deps.onFault(error);
    }
  }

  async #compare(place: P): Promise<void> {
    const known = this.#tracked.get(pathOf(place));
    if (known === undefined || this.#closed) return;
    const { fingerprint, unread } = known;
    known.unread = false;
    if ((await this.#deps.fingerprint(place, place.name)) !== fingerprint) {
      await this.accept(known.place, 'found');
      this.#deps.onDrift(known.place);
    } else if (unread && !(await this.#deps.isIntact(known.place))) {
      this.#deps.onDrift(known.place);
    }
  }

  #rescanAndGoOn(): void {
    const places = Array.from(this.#tracked.values(), ({ place }) => place);
    void lookAtEach(places, async (place) => await this.#look(place)).finally(() => {
      if (this.#closed) return;
      this.#stopRescan = this.#deps.clock.after(rescanMs, () => this.#rescanAndGoOn());
    });
  }
}

async function lookAtEach<P>(
  places: readonly P[],
  look: (place: P) => Promise<void>,
): Promise<void> {
  for (const place of places) await look(place);
}

interface Debounce {
  run(key: string, action: () => void): void;
  cancel(): void;
}

function createDebounce(clock: Clock): Debounce {
  const pending = new Map<string, () => void>();
  return {
    run(key, action): void {
      if (pending.has(key)) return;
      const cancel = clock.after(debounceMs, () => {
        pending.delete(key);
        action();
      });
      pending.set(key, cancel);
    },
    cancel(): void {
      for (const cancel of pending.values()) cancel();
      pending.clear();
    },
  };
}

function pathOf(place: FolderPlace): string {
  return join(place.directory, place.name);
}
