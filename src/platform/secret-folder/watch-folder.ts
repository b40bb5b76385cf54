import { statSync, watch, type FSWatcher, type WatchListener } from 'node:fs';
import { basename, join } from 'node:path';
import { readErrno } from '#platform/files/system-error.ts';
import { layout } from './layout.ts';

/** Of the kernel, on one secret's folder and on the version in it that counts. */
export interface FolderWatch {
  /** Whether both are watched: otherwise some changes go unnoticed. */
  readonly isWhole: boolean;
  close(): void;
}

export interface WatchCalls {
  onEvent(): void;
  /** Told why a folder cannot be watched, unless it is missing. */
  onFault(error: unknown): void;
}

/** Watching is a matter of speed alone: a system that has no watches left is told, and looks go on. */
export function watchFolder(path: string, calls: WatchCalls): FolderWatch {
  return watchBoth(path, calls, () => calls.onEvent());
}

/**
 * Watches a folder that is about to be moved to its place: a watch stays with what it was opened on. That one move is
 * no event, if afterwards the folder is where it belongs.
 */
export function watchFolderInTheMaking(
  path: string,
  place: string,
  calls: WatchCalls,
): FolderWatch {
  const inode = readInode(path);
  let isMoved = false;
  return watchBoth(path, calls, (event, name) => {
    const isOwnMove = !isMoved && event === 'rename' && name === basename(path);
    isMoved ||= isOwnMove;
    // Two moves in a row may be told as one.
    if (!isOwnMove || readInode(place) !== inode) calls.onEvent();
  });
}

function readInode(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

function watchBoth(
  folder: string,
  calls: WatchCalls,
  onFolderEvent: WatchListener<string>,
): FolderWatch {
  const watchers = [
    openWatcher(folder, calls, onFolderEvent),
    openWatcher(join(folder, layout.current), calls, () => calls.onEvent()),
  ];
  return {
    isWhole: !watchers.includes(null),
    close: () => {
      for (const watcher of watchers) watcher?.close();
    },
  };
}

function openWatcher(
  path: string,
  calls: WatchCalls,
  onChange: WatchListener<string>,
): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => calls.onEvent());
    return watcher;
  } catch (error) {
    if (readErrno(error) !== 'ENOENT') calls.onFault(error);
    return null;
  }
}
